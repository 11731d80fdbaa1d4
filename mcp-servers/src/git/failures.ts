// What Git says on stderr, as an error a model can act on.
import { ToolError } from '../kit/index.js';

const KNOWN: readonly { pattern: RegExp; code: string; remedy: string }[] = [
  {
    pattern:
      /lazy fetching disabled|promisor|unable to read (?:tree |[0-9a-f]{40})|bad object|missing (?:blob|tree|object)|unable to find [0-9a-f]{40}|could not parse commit|transport '.*' not allowed/,
    code: 'object-missing',
    remedy:
      'The clone is shallow or partial and nothing may be fetched from here: look at another revision or path, or ask the user to fetch it.',
  },
  {
    pattern: /\.lock': File exists|cannot lock ref|Unable to create .*\.lock/,
    code: 'locked',
    remedy:
      'Another Git process is at work: call again in a moment; if that does not help, ask the user to delete the lock file.',
  },
  {
    pattern: /bad config|bad (?:numeric|boolean) config|unknown repository extension|Expected git repo version/,
    code: 'config-broken',
    remedy: 'Ask the user to mend the configuration of the repository.',
  },
  {
    pattern: /did not match any file|no such path|pathspec .* did not match/,
    code: 'path-unknown',
    remedy: 'List the paths with git_status or git_show, then call again.',
  },
  {
    pattern: /unmerged|you need to resolve your current index|needs merge/,
    code: 'conflicts',
    remedy: 'Resolve the conflicts named by git_status, stage the files with git_add, then call again.',
  },
  {
    pattern: /would be overwritten|commit your changes or stash/,
    code: 'changes-in-the-way',
    remedy: 'Commit the changes with git_commit or discard them with git_restore first.',
  },
  {
    pattern: /not a git repository/,
    code: 'not-a-repository',
    remedy: 'Work with the files tools; there is no history here.',
  },
];

export function gitFailure(stderr: string): ToolError {
  const said = stderr.trim();
  const known = KNOWN.find(({ pattern }) => pattern.test(said));
  return new ToolError(
    known?.code ?? 'git-failed',
    `Git refused: ${said}`,
    known?.remedy ?? 'Read what Git said and call again with other arguments.',
  );
}
