// grep
import * as z from 'zod';
import { defineTool, readOnly, type Tool, type ToolContext } from '../kit/index.js';
import { type Found, foundCounts, foundFiles, foundLines } from './grep-results.js';
import { nextOffset, offset } from './paging.js';
import type { Search } from './ripgrep.js';
import type { Root } from './root.js';
import { filesMatching, includeIgnored, type Scope, scopeOf } from './scope.js';

const input = z.strictObject({
  pattern: z.string().min(1).describe('Regular expression (Rust syntax)'),
  path: z.string().default('.').describe('File or folder to search'),
  glob: z.string().min(1).optional().describe('Only files like *.ts, src/**'),
  type: z.string().min(1).optional().describe("Only files of ripgrep's type: ts, py, ..."),
  literal: z.boolean().default(false).describe('pattern is plain text'),
  ignore_case: z.boolean().default(false),
  multiline: z.boolean().default(false).describe('Matches may span lines'),
  context: z.int().min(0).max(20).default(0).describe('Lines around each match'),
  output: z.enum(['content', 'files', 'counts']).default('content'),
  include_ignored: includeIgnored,
  offset,
});
type Input = z.output<typeof input>;

const output = z.object({
  matches: z.array(
    z.object({ path: z.string(), line: z.int().optional(), text: z.string().optional(), count: z.int().optional() }),
  ),
  next_offset: nextOffset,
});

const readers = { content: foundLines, files: foundFiles, counts: foundCounts };
const outputArgs = {
  content: ['--json'],
  files: ['--files-with-matches', '--null', '--with-filename'],
  counts: ['--count-matches', '--null', '--with-filename'],
};

export function grepTool(root: Root): Tool {
  return defineTool({
    name: 'grep',
    title: 'Search in files',
    description:
      'Search file contents with ripgrep: matching lines, or only the files, or the number of matches in each.',
    input,
    output,
    annotations: readOnly,
    async run(wanted, context) {
      const scope = await scopeOf(root, wanted.path);
      const accepts = await acceptor(scope, wanted, context);
      const search: Search = {
        args: searchArgs(wanted, scope),
        cwd: scope.cwd,
        separator: wanted.output === 'content' ? '\n' : '\0',
        signal: context.signal,
      };
      const pathOf = (path: string) => scope.prefix + path.replace(/^\.\//, '');
      const found: Found = await readers[wanted.output]({ ...wanted, search, accepts, pathOf });
      return { text: found.text || noMatch(wanted), structured: { matches: found.matches, next_offset: found.next } };
    },
  });
}

/** Sorted, so that `offset` means the same in every call. */
function searchArgs(wanted: Input, { file }: Scope): string[] {
  return [
    '--sort=path',
    '--crlf',
    ...outputArgs[wanted.output],
    ...(wanted.output === 'content' ? [`--context=${wanted.context}`] : []),
    ...(wanted.literal ? ['--fixed-strings'] : []),
    ...(wanted.ignore_case ? ['--ignore-case'] : []),
    ...(wanted.multiline ? ['--multiline'] : []),
    ...(wanted.include_ignored ? ['--no-ignore'] : []),
    ...(wanted.glob === undefined ? [] : [`--glob=${wanted.glob}`]),
    ...(wanted.type === undefined ? [] : [`--type=${wanted.type}`]),
    `--regexp=${wanted.pattern}`,
    ...(file === undefined ? [] : ['--', `./${file}`]),
  ];
}

/** Whether a path (relative to the root) is among the files that were asked for. */
async function acceptor(scope: Scope, { glob, include_ignored }: Input, { signal }: ToolContext) {
  if (glob === undefined || include_ignored || scope.file !== undefined) return () => true;
  const files = await filesMatching(scope, { glob, include_ignored }, signal);
  return (path: string) => files.has(path);
}

function noMatch({ include_ignored, literal, ignore_case }: Input): string {
  const hints = [
    ...(ignore_case ? [] : ['ignore_case']),
    ...(literal ? [] : ['literal']),
    ...(include_ignored ? [] : ['include_ignored']),
  ];
  return `No match.${hints.length > 0 ? ` Should there be one, try ${hints.join(' or ')}.` : ''}`;
}
