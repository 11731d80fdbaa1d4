// Which names and links may be written to the user's machine.
import { posix } from 'node:path';
import { SandboxError } from '../errors.js';
import { checkRelativePath, decodePath } from '../paths.js';
import { refusal } from './report.js';

/** Throws an objection to a path that leaves the workspace, touches `.git`, or means something else on this platform. */
export function checkName(path: string, platform: NodeJS.Platform): void {
  if (textOf(() => checkRelativePath(path)) !== path) throw refusal('it is not in its normal form');
  if (platform === 'win32') {
    for (const name of path.split('/')) {
      if (/[\x00-\x1f<>:"|?*\\]|[. ]$/.test(name) || /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name)) {
        throw refusal(`Windows does not allow the name ${JSON.stringify(name)}`);
      }
    }
  }
  if (platform !== 'linux' && !path.isWellFormed()) throw refusal('its name is not UTF-8, which this system asks for');
}

/**
 * The place in the workspace a link at `path` leads to. Throws an objection where that is outside or in `.git`, or
 * where `..` after a name makes it depend on other links.
 */
export function checkLink(path: string, target: Buffer): string {
  const text = decodePath(target);
  if (text === '' || text.startsWith('/') || /^[a-z]:/i.test(text) || text.includes('\\')) {
    throw refusal('the link leads to an absolute path');
  }
  if (!text.isWellFormed()) throw refusal('the target of the link is not UTF-8');
  if (/(^|\/)(?!\.\.?(\/|$))[^/]+\/(.*\/)?\.\.(\/|$)/.test(text)) throw refusal('the link climbs after it descends');
  const place = posix.join(posix.dirname(path), text).replace(/\/$/, '');
  if (place === '.') return place;
  return textOf(() => checkRelativePath(place), 'the link leads out of the workspace: ');
}

function textOf(check: () => string, prefix = ''): string {
  try {
    return check();
  } catch (error) {
    if (error instanceof SandboxError) throw refusal(prefix + error.message);
    throw error;
  }
}
