// Git: options before the subcommand, configuration that runs programs, subcommands that do.
import { hidden, type Launch, perhapsAnyRest } from './launch.js';
import type { Word } from './word.js';

const valued = /^(-C|--git-dir|--work-tree|--namespace|--super-prefix|--attr-source)$/;
const runsOthers = new Set([
  'bisect',
  'rebase',
  'submodule',
  'filter-branch',
  'difftool',
  'mergetool',
  'for-each-repo',
]);
const harmlessSetting =
  /^(user\.(name|email)|color\.[\w.]+|core\.(quotepath|autocrlf|abbrev)|init\.defaultbranch|advice\.[\w.]+)=|^core\.pager=(cat|less)?$/i;

/** `git -C x push` is also seen as `git push`. */
export function gitLaunch(git: Word, rest: readonly Word[]): Launch | undefined {
  let at = 0;
  for (; at < rest.length; at++) {
    const option = rest[at]?.value;
    if (option === undefined) return hidden(`git takes ${rest[at]?.source}, which is known only then`);
    if (!option.startsWith('-')) break;
    if (/^(-c|--config-env|--exec-path)/.test(option)) {
      const setting = option === '-c' ? rest[++at]?.value : option.slice(2);
      if (setting === undefined || !harmlessSetting.test(setting)) {
        const alias = setting?.match(/=!(.*)$/s)?.[1];
        const scripts = alias === undefined ? [] : [alias];
        return { kind: 'perhaps', commands: [], scripts, hides: `git is told to run something (${option})` };
      }
    } else if (valued.test(option)) at += 1;
  }
  const words = rest.slice(at);
  const seen: Launch = { kind: 'perhaps', commands: at > 0 ? [[git, ...words]] : [], scripts: [], hides: undefined };
  const [subcommand, ...others] = words;
  if (!runsOthers.has(subcommand?.value ?? '')) return at > 0 ? seen : undefined;
  const perhaps = perhapsAnyRest(
    'git',
    others,
    others.flatMap(({ value }) => value ?? []),
  );
  return perhaps.kind === 'perhaps' ? { ...perhaps, commands: [...seen.commands, ...perhaps.commands] } : perhaps;
}
