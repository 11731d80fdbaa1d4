// The URL of a Git remote, in every form of gitremote(7): which host and which project it names. Data in, data out.
// What is not the name of a host and of a project is no answer, so credentials and hostile text end here.
import { domainToASCII } from 'node:url';

export interface RemoteUrl {
  protocol: 'http' | 'https' | 'ssh' | 'git';
  /** As written, because the names in an SSH configuration are case-sensitive; IPv6 in brackets. Never begins with "-". */
  host: string;
  /** '' for the protocol's own. */
  port: string;
  /** Without the slashes at its ends and without `.git`. */
  path: string;
}

/** Far beyond GitLab's 20 levels of groups with names of 255 characters each that anybody has. */
const longest = 2_000;

const protocols: Record<string, RemoteUrl['protocol']> = {
  http: 'http',
  https: 'https',
  ssh: 'ssh',
  'git+ssh': 'ssh',
  'ssh+git': 'ssh',
  git: 'git',
};

const url =
  /^(?<scheme>[a-z][a-z0-9+.-]*):\/\/(?:[^/]*@)?(?<host>\[[^\]/]*\]|[^/:@[\]]+)(?::(?<port>\d*))?\/(?<path>.*)$/i;
/** `[user@]host:path`, and Git's own `[user@host:port]:path`. */
const scp = /^(?:[^/:@[\]]*@)?(?<host>\[[^\]/]*\]|[^/:@[\]]+):(?<path>.*)$/;
const bracketed = /^\[(?:[^@:]*@)?(?<host>[^@:]+)(?::(?<port>\d+))?\]$/;

/** Undefined for a path, a `file:` URL, a transport helper, and whatever else cannot be a project on a server. */
export function parseRemoteUrl(text: string): RemoteUrl | undefined {
  if (text.length > longest) return undefined;
  return text.includes('://') ? parseUrl(text) : parseScp(text);
}

function parseUrl(text: string): RemoteUrl | undefined {
  const { scheme = '', host = '', port = '', path = '' } = url.exec(text)?.groups ?? {};
  const protocol = Object.hasOwn(protocols, scheme.toLowerCase()) ? protocols[scheme.toLowerCase()] : undefined;
  return protocol && remoteUrl(protocol, host, port, path.split('/').map(decode));
}

function parseScp(text: string): RemoteUrl | undefined {
  const isOnDrive = /^[a-z]:[\\/]/i.test(text);
  if (isOnDrive) return undefined;
  const { host = '', path = '' } = scp.exec(text)?.groups ?? {};
  const { host: inner = host, port = '' } = bracketed.exec(host)?.groups ?? {};
  return remoteUrl('ssh', inner, port, path.split('/'));
}

function remoteUrl(
  protocol: RemoteUrl['protocol'],
  written: string,
  port: string,
  segments: readonly string[],
): RemoteUrl | undefined {
  const host = parseHost(written);
  const path = parseProjectPath(segments.join('/'));
  if (host === undefined || path === undefined || !URL.canParse(`https://${host}:${port}`)) return undefined;
  return { protocol, host, port, path };
}

/** A name or address that is safe as an argument of a program and in a URL; other alphabets become Punycode. */
export function parseHost(text: string): string | undefined {
  const host = /^[\x21-\x7e]*$/.test(text) ? text : domainToASCII(text);
  return /^(?:[a-z0-9][a-z0-9._-]{0,252}|\[[0-9a-f:.]+\])$/i.test(host) ? host : undefined;
}

/** `group/sub/project` in GitLab's alphabet. Undefined for everything else. */
export function parseProjectPath(text: string): string | undefined {
  const path = text
    .split('/')
    .filter((segment) => segment !== '')
    .join('/')
    .replace(/\.git$/, '');
  const segments = path.split('/');
  const valid = segments.length >= 2 && segments.every((segment) => /^(?!\.{1,2}$)[\w.][\w.-]{0,254}$/.test(segment));
  return valid ? path : undefined;
}

/** An escape that means nothing stays as it is: its "%" is in no project's name. */
function decode(segment: string): string {
  try {
    const decoded = decodeURIComponent(segment);
    return decoded.includes('/') ? segment : decoded;
  } catch {
    return segment;
  }
}

/** A setting `url.BASE.insteadOf = PREFIX`. */
export interface Rewrite {
  base: string;
  prefix: string;
}

/** The URL that Git uses in place of `text`: the longest prefix wins, among equals the first. */
export function rewriteUrl(text: string, rewrites: readonly Rewrite[]): string {
  const [rule] = rewrites
    .filter(({ prefix }) => text.startsWith(prefix))
    .sort((a, b) => b.prefix.length - a.prefix.length);
  return rule ? rule.base + text.slice(rule.prefix.length) : text;
}
