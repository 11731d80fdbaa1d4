// The environment and settings Git runs with. A repository is hostile: nothing it configures may run a program or reach
// a network. Settings go through GIT_CONFIG_* variables (Git 2.31), which win over every file and, unlike `-c`, carry
// keys that hold "=".
import { isAbsolute } from 'node:path';
import { isInside } from '@cofferdam/sandbox';
import { ToolError } from '../kit/index.js';

/** A name that no transport has: GIT_ALLOW_PROTOCOL wins over `protocol.NAME.allow` of the repository. */
const NO_PROTOCOL = 'none';

const SETTINGS: Readonly<Record<string, string>> = {
  // Programs.
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.pager': 'cat',
  'core.editor': ':',
  'core.askPass': '',
  'core.sshCommand': 'false',
  'core.alternateRefsCommand': '',
  'credential.helper': '',
  'diff.external': '',
  'commit.gpgSign': 'false',
  'tag.gpgSign': 'false',
  'log.showSignature': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'submodule.recurse': 'false',
  'diff.ignoreSubmodules': 'dirty',
  'diff.submodule': 'short',
  'status.submoduleSummary': 'false',
  'rerere.enabled': 'false',
  'protocol.allow': 'never',
  // Files outside of the repository that Git would read, and quote in its complaints.
  'blame.ignoreRevsFile': '',
  'commit.template': '/dev/null',
  'diff.orderFile': '/dev/null',
  'mailmap.file': '/dev/null',
  // A copy of a workspace has new inodes and change times: do not hash every file again for that.
  'core.checkStat': 'minimal',
  'core.trustctime': 'false',
  // The same words whatever the user configured.
  'core.quotePath': 'false',
  'color.ui': 'false',
  'i18n.logOutputEncoding': 'UTF-8',
  'diff.noprefix': 'false',
  'diff.mnemonicPrefix': 'false',
  'diff.relative': 'false',
  'log.follow': 'false',
  'advice.detachedHead': 'false',
};

const INHERITED = ['HOME', 'XDG_CONFIG_HOME', 'TMPDIR', 'SYSTEMROOT'] as const;

/** The environment of a Git that works for `root`, made from an allow-list of `parent`, with `settings` on top. */
export function gitEnvironment(
  root: string,
  parent: NodeJS.ProcessEnv,
  settings: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const all = Object.entries({ ...SETTINGS, ...settings });
  const environment: Record<string, string> = {
    PATH: safePath(root, parent['PATH'] ?? '/usr/bin:/bin'),
    LC_ALL: 'C.UTF-8',
    GIT_ALLOW_PROTOCOL: NO_PROTOCOL,
    GIT_NO_LAZY_FETCH: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_PAGER: 'cat',
    GIT_EDITOR: ':',
    GIT_CONFIG_COUNT: String(all.length),
  };
  for (const name of INHERITED) {
    const value = parent[name];
    if (value !== undefined) environment[name] = value;
  }
  for (const [index, [key, value]] of all.entries()) {
    environment[`GIT_CONFIG_KEY_${index}`] = key;
    environment[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return environment;
}

/** PATH without entries in which the repository could place a program called `git`. */
function safePath(root: string, path: string): string {
  return path
    .split(':')
    .filter((folder) => isAbsolute(folder) && !isInside(root, folder))
    .join(':');
}

/** Drivers carry a name of the repository's choice, so they can only be disabled one by one. */
const DRIVER_PROGRAM =
  /^(filter\..*\.(?:clean|smudge|process)|diff\..*\.(?:command|textconv)|merge\..*\.driver|hook\..*\.command|credential\..*\.helper)$/s;
const FILTER = /^(filter\..*)\.[^.]*$/s;
const MAX_DRIVERS = 500;

/**
 * Settings that disable every driver among `keys`, the keys of the effective configuration. Throws `config-refused` for
 * names that an environment variable cannot carry unchanged, and for more of them than an environment can hold.
 */
export function driverSettings(keys: readonly Buffer[]): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const bytes of keys) {
    const key = bytes.toString('utf8');
    const filter = FILTER.exec(key)?.[1];
    if (!filter && !DRIVER_PROGRAM.test(key)) continue;
    if (!Buffer.from(key).equals(bytes)) throw refused('a driver whose name is not UTF-8');
    if (DRIVER_PROGRAM.test(key)) settings[key] = '';
    if (filter) settings[`${filter}.required`] = 'false';
  }
  if (Object.keys(settings).length > 3 * MAX_DRIVERS) throw refused(`more than ${MAX_DRIVERS} drivers`);
  return settings;
}

function refused(what: string): ToolError {
  return new ToolError(
    'config-refused',
    `The configuration of the repository holds ${what}, which cannot be disabled safely.`,
    'Work with the files tools, and ask the user to look at the configuration of the repository.',
  );
}
