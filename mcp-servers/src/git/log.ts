import * as z from 'zod';
import { defineTool, readOnly, type Tool } from '../kit/index.js';
import { paths } from './options.js';
import { type OpenRepository, pathArguments, readHead, resolveRange } from './repository.js';
import { fields } from './text.js';

const FIELDS = ['%H', '%an', '%ae', '%aI', '%P', '%D', '%s'] as const;

const commit = z.object({
  commit: z.string(),
  author: z.string(),
  email: z.string(),
  date: z.string(),
  parents: z.array(z.string()),
  refs: z.string(),
  subject: z.string(),
});

export function logTool(open: OpenRepository): Tool {
  return defineTool({
    name: 'git_log',
    title: 'Git log',
    description: 'Commits, newest first.',
    input: z.object({
      revision: z.string().default('HEAD').describe('Commit, branch, or range A..B'),
      paths: paths.optional(),
      author: z.string().optional().describe('Part of name or address'),
      grep: z.string().optional().describe('Part of the message'),
      since: z.string().optional().describe('Date, such as 2025-01-31 or "2 weeks ago"'),
      until: z.string().optional(),
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(200).default(20),
    }),
    output: z.object({ commits: z.array(commit), next_offset: z.int().nullable() }),
    annotations: readOnly,
    async run({ revision, author, grep, since, until, offset, limit, ...input }, { signal }) {
      const repository = await open(signal);
      if (revision === 'HEAD' && (await readHead(repository)).commit === null) {
        return { text: 'There are no commits yet.', structured: { commits: [], next_offset: null } };
      }
      const { stdout } = await repository.run([
        'log',
        '-z',
        `--format=tformat:${FIELDS.join('%x00')}`,
        '--no-show-signature',
        '--no-color',
        '--fixed-strings',
        '--regexp-ignore-case',
        `--skip=${offset}`,
        `--max-count=${limit + 1}`,
        ...(author === undefined ? [] : [`--author=${author}`]),
        ...(grep === undefined ? [] : [`--grep=${grep}`]),
        ...(since === undefined ? [] : [`--since=${since}`]),
        ...(until === undefined ? [] : [`--until=${until}`]),
        await resolveRange(repository, revision),
        ...(await pathArguments(repository, input.paths)),
      ]);
      const found = parse(stdout);
      const commits = found.slice(0, limit);
      const next_offset = found.length > limit ? offset + limit : null;
      const lines = commits.map((one) => {
        const refs = one.refs ? ` (${one.refs})` : '';
        return `${one.commit.slice(0, 10)} ${one.date.slice(0, 10)} ${one.author}${refs}: ${one.subject}`;
      });
      if (lines.length === 0) lines.push('No commits match.');
      if (next_offset !== null) lines.push(`[more: call again with offset ${next_offset}]`);
      return { text: lines.join('\n'), structured: { commits, next_offset } };
    },
  });
}

function parse(output: Buffer): z.output<typeof commit>[] {
  const values = fields(output).map((field) => field.toString('utf8'));
  const commits: z.output<typeof commit>[] = [];
  for (let i = 0; i + FIELDS.length <= values.length; i += FIELDS.length) {
    const [hash = '', author = '', email = '', date = '', parents = '', refs = '', subject = ''] = values.slice(i);
    commits.push({ commit: hash, author, email, date, parents: parents.split(' ').filter(Boolean), refs, subject });
  }
  return commits;
}
