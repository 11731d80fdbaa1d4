import * as z from 'zod';
import { defineTool, readOnly, type Tool, ToolError } from '../kit/index.js';
import { type OpenRepository, pathArguments, readHead, resolveCommit } from './repository.js';

const MAX_LINES = 500;

const range = z.object({
  start: z.int(),
  end: z.int(),
  commit: z.string(),
  author: z.string(),
  date: z.string(),
  summary: z.string(),
});

type Range = z.output<typeof range>;

export function blameTool(open: OpenRepository): Tool {
  return defineTool({
    name: 'git_blame',
    title: 'Git blame',
    description:
      'Which commit last changed each line of a file. Commit 0000000000 stands for changes not committed yet.',
    input: z.object({
      path: z.string(),
      revision: z.string().optional().describe('Default: the working tree'),
      start_line: z.int().min(1).default(1),
      end_line: z.int().min(1).optional().describe(`At most ${MAX_LINES} lines a call`),
    }),
    output: z.object({ ranges: z.array(range) }),
    annotations: readOnly,
    async run({ path, revision, start_line, end_line = start_line + MAX_LINES - 1 }, { signal }) {
      if (end_line < start_line) {
        throw new ToolError('bad-arguments', 'end_line is before start_line.', 'Swap them.');
      }
      const repository = await open(signal);
      const commit = await resolveCommit(repository, revision ?? 'HEAD');
      const { branch } = await readHead(repository);
      const length = Math.min(end_line - start_line + 1, MAX_LINES);
      const { stdout } = await repository.run([
        'blame',
        '--line-porcelain',
        '--no-textconv',
        '-L',
        `${start_line},+${length}`,
        ...(revision === undefined ? [] : [commit]),
        ...(await pathArguments(repository, [path])),
      ]);
      const { ranges, lines } = parse(stdout.toString('utf8'));
      const more = lines.length === length ? `\n[read on with start_line ${start_line + length}]` : '';
      return { text: `Blame on ${revision ?? branch ?? 'HEAD'}:\n${lines.join('\n')}${more}`, structured: { ranges } };
    },
  });
}

/** `--line-porcelain`: a header line, "key value" lines and the content after a tab, for each line of the file. */
function parse(output: string): { ranges: Range[]; lines: string[] } {
  const ranges: Range[] = [];
  const lines: string[] = [];
  let commit = '';
  let number = 0;
  let about: Record<string, string> = {};
  for (const line of output.split('\n')) {
    const header = /^([0-9a-f]{40,64}) \d+ (\d+)/.exec(line);
    if (line.startsWith('\t')) {
      const date = new Date(Number(about['author-time']) * 1000).toISOString().slice(0, 10);
      const author = about['author'] ?? '';
      const last = ranges.at(-1);
      if (last?.commit === commit && last.end === number - 1) last.end = number;
      else ranges.push({ start: number, end: number, commit, author, date, summary: about['summary'] ?? '' });
      lines.push(`${commit.slice(0, 10)} ${date} ${author} ${number}: ${line.slice(1, 1001)}`);
      about = {};
    } else if (header) {
      commit = header[1] ?? '';
      number = Number(header[2]);
    } else {
      const [key = '', value = ''] = line.split(/ (.*)/s);
      about[key] = value;
    }
  }
  return { ranges, lines };
}
