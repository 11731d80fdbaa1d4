// Programs that run other programs which their arguments name.
import { gitLaunch } from './git-launch.js';
import { hidden, type Launch, perhapsAnyRest } from './launch.js';
import { isShell, shellLaunch } from './shell-launch.js';
import type { Word } from './word.js';

/** Their options, so that the program among their words is found: those alone, those with a value, and words after them. */
const transparent: Record<string, { options: RegExp; valued?: RegExp; operands?: number }> = {
  command: { options: /^(-p|--)$/ },
  builtin: { options: /^--$/ },
  nohup: { options: /^--$/ },
  nice: { options: /^(-\d+|-n-?\d+|--adjustment=-?\d+|--)$/, valued: /^(-n|--adjustment)$/ },
  timeout: {
    options: /^(--preserve-status|--foreground|-v|--verbose|-[ks]\w+|--(signal|kill-after)=\w+|--)$/,
    valued: /^(-k|-s|--kill-after|--signal)$/,
    operands: 1,
  },
  stdbuf: { options: /^(-[ioe]\w+|--(input|output|error)=\w+|--)$/, valued: /^-[ioe]$/ },
  setsid: { options: /^(-w|--wait|--)$/ },
};

const setOf = (names: string) => new Set(names.split(' '));

const wordLaunchers = setOf(
  'nohup nice timeout stdbuf setsid command builtin exec env xargs sudo doas time ionice chrt taskset strace ltrace valgrind ' +
    'unshare nsenter chroot setpriv busybox toybox fd fdfind npx bunx pnpx unbuffer fakeroot proot bwrap firejail ' +
    'systemd-run start-stop-daemon flock script watch su runuser',
);
/** Their words may be scripts. */
const scriptLaunchers = setOf('env watch su runuser script flock trap ssh npx mapfile readarray compgen tclsh');
/** They take commands from elsewhere. */
const readers = setOf('parallel entr expect tmux screen gdb at batch crontab');

/** Undefined where a command starts nothing that its words would name. */
export function launchOf(words: readonly Word[]): Launch | undefined {
  const [program, ...rest] = words;
  if (program?.value === undefined) return undefined;
  const name = program.value.replace(/^.*\//s, '');
  const standard = /^((\/usr)?\/bin\/)?[^/]+$/.test(program.value);
  if (isShell(name)) return onlyPerhapsUnless(standard, shellLaunch(name, rest));
  if (name === 'git') return gitLaunch(program, rest);
  if (name === 'find') return findLaunch(rest);
  if (name === 'eval') return evalLaunch(rest);
  if (name === 'alias') return aliasLaunch(rest);
  if (readers.has(name)) return hidden(`${name} may run commands that are not in the line`);
  const inner = standard ? transparentLaunch(name, rest) : undefined;
  if (inner) return inner;
  if (name === 'xargs') return xargsLaunch(rest);
  if (!wordLaunchers.has(name) && !scriptLaunchers.has(name)) return undefined;
  return perhapsAnyRest(name, rest, scriptsAmong(name, rest));
}

/** Somebody's own program of that name may do more. */
function onlyPerhapsUnless(trusted: boolean, launch: Launch | undefined): Launch | undefined {
  return launch?.kind === 'script' ? { ...launch, covers: launch.covers && trusted } : launch;
}

function transparentLaunch(name: string, rest: readonly Word[]): Launch | undefined {
  const known = Object.hasOwn(transparent, name) ? transparent[name] : undefined;
  if (!known) return undefined;
  let at = 0;
  for (; at < rest.length; at++) {
    const word = rest[at]?.value;
    if (word === undefined) return undefined;
    if (known.valued?.test(word)) at += 1;
    else if (!known.options.test(word)) break;
  }
  if (rest[at]?.value?.startsWith('-')) return undefined;
  at += known.operands ?? 0;
  const skipped = rest.slice(0, at).every(({ value }) => value !== undefined);
  const words = rest.slice(at);
  return skipped && words[0]?.value !== undefined && !words[0].value.startsWith('-')
    ? { kind: 'words', words }
    : undefined;
}

function evalLaunch(rest: readonly Word[]): Launch | undefined {
  const unknown = rest.find(({ value }) => value === undefined);
  if (unknown) return hidden(`eval runs ${unknown.source}, which is known only then`);
  return { kind: 'perhaps', commands: [], scripts: [rest.map(({ value }) => value).join(' ')], hides: undefined };
}

/** Bash passes over aliases in a line, sh does not. */
function aliasLaunch(rest: readonly Word[]): Launch {
  const scripts = rest.flatMap(({ value }) => value?.match(/^[^=]+=(.*)$/s)?.[1] ?? []);
  return { kind: 'perhaps', commands: [], scripts, hides: 'it gives words another meaning (alias)' };
}

/** What xargs reads follows its words, or stands anywhere in them. */
function xargsLaunch(rest: readonly Word[]): Launch {
  const read: Word = { source: '...', value: undefined };
  const launch = perhapsAnyRest('xargs', rest, scriptsAmong('xargs', rest));
  if (launch.kind !== 'perhaps') return launch;
  const replaces = rest.some(({ value }) => value !== undefined && /^(-I|-i|--replace)/.test(value));
  const hides = replaces ? 'xargs puts what it reads into a command' : launch.hides;
  return { ...launch, commands: launch.commands.map((words) => [...words, read]), hides };
}

function findLaunch(rest: readonly Word[]): Launch | undefined {
  const commands: Word[][] = [];
  for (let i = 0; i < rest.length; i++) {
    if (!/^-(exec|execdir|ok|okdir)$/.test(rest[i]?.value ?? '')) continue;
    const end = rest.findIndex(({ value }, at) => at > i && (value === ';' || value === '+'));
    const command = rest.slice(i + 1, end === -1 ? rest.length : end);
    commands.push(command.map((word) => (word.value?.includes('{}') ? { ...word, value: undefined } : word)));
    i += command.length;
  }
  if (commands.length === 0) return undefined;
  const unknown = commands.find(([program]) => program?.value === undefined);
  const scripts = commands.flatMap((words) => scriptsAmong('find', words));
  return { kind: 'perhaps', commands, scripts, hides: unknown && 'find runs what it finds' };
}

/** A shell among the words of another launcher: any word may be its script. */
function scriptsAmong(name: string, words: readonly Word[]): string[] {
  const shell = words.some(
    ({ value }) => value !== undefined && (isShell(value.replace(/^.*\//s, '')) || value === 'eval'),
  );
  if (!scriptLaunchers.has(name) && !shell) return [];
  return words.flatMap(({ value }) => (value !== undefined && /[^\w@%+=:,./^-]/.test(value) ? [value] : []));
}
