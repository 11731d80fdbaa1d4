// One file at a revision: as JSON with its content in base64, raw, with blame; and changed by a commit of its own.
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import * as z from 'zod';
import { type Commit, readCommit } from '../../git/log.js';
import type { Context } from '../../http/context.js';
import { p } from '../../http/params.js';
import { notFound, Reply, raw, renderError, status } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import { access } from '../../world/types.js';
import { lastCommitOf } from './changes.js';
import { codeOf, refOr, repositoryOf } from './code.js';
import { writeCommit } from './write.js';

const scopes = ['read_repository', 'ai_workflows'];
const path = '/projects/:id/repository/files/:file_path';

const blameParams = z.object({
  ref: p.filled(),
  range: z.object({ start: p.integer(), end: p.integer() }).optional(),
});

const writeParams = z.object({
  branch: p.filled(),
  commit_message: p.filled(),
  start_branch: p.string().optional(),
  author_email: p.string().optional(),
  author_name: p.string().optional(),
  content: p.string(),
  encoding: p.oneOf('base64', 'text').default('text'),
  last_commit_id: p.string().optional(),
  execute_filemode: p.boolean().optional(),
});

export const files: Route[] = [
  route('GET', path, { params: z.object({ ref: p.filled() }), scopes }, (context) => {
    const { bytes, data } = fileOf(context, context.params.ref);
    return new Reply(200, { ...data, content: bytes.toString('base64') }, headersOf(data));
  }),

  route(
    'GET',
    `${path}/raw`,
    { params: z.object({ ref: p.filled().optional(), lfs: p.boolean().default(false) }), scopes, jobToken: true },
    (context) => {
      const { bytes, data } = fileOf(context, context.params.ref);
      const type = bytes.includes(0) ? 'application/octet-stream' : 'text/plain; charset=utf-8';
      return raw(bytes, type, {
        ...headersOf(data),
        'cache-control': 'no-store, no-cache',
        'content-disposition': `inline; filename="${data.file_name}"; filename*=UTF-8''${encodeURIComponent(data.file_name)}`,
      });
    },
  ),

  route('GET', `${path}/blame`, { params: blameParams, scopes }, (context) => {
    const { ref, range } = context.params;
    if (range && range.start > range.end) {
      throw renderError(400, 'range[start] must be less than or equal to range[end]');
    }
    const { data, project } = fileOf(context, ref);
    const lines = range ? [`-L${range.start},${range.end}`] : [];
    const output =
      project.repository?.git('blame', '--porcelain', ...lines, data.commit_id, '--', data.file_path) ?? '';
    const ranges = blameRanges(output).map(({ sha, lines: text }) => ({
      commit: blameCommit(readCommit(project.repository, sha)),
      lines: text,
    }));
    return new Reply(200, ranges, headersOf(data));
  }),

  route('POST', path, { params: writeParams }, (context) => {
    const { branch } = write(context, { action: 'create', ...context.params }, context.params);
    return { file_path: context.path['file_path'], branch };
  }),

  route('PUT', path, { params: writeParams }, (context) => {
    const { branch } = write(context, { action: 'update', ...context.params }, context.params);
    return { file_path: context.path['file_path'], branch };
  }),

  route('DELETE', path, { params: writeParams.omit({ content: true, encoding: true }) }, (context) => {
    write(context, { action: 'delete', last_commit_id: context.params.last_commit_id }, context.params);
    return status(204);
  }),
];

type Common = Omit<z.output<typeof writeParams>, 'content' | 'encoding'>;
type FileAction = { action: 'create' | 'update' | 'delete' } & Partial<z.output<typeof writeParams>>;

function write(context: Context, action: FileAction, params: Common): Common {
  const project = codeOf(context);
  context.authorize(access.developer, project);
  const file_path = context.path['file_path'] ?? '';
  writeCommit(context, project, { ...params, actions: [{ ...action, file_path }] });
  return params;
}

function fileOf(context: Context, revision: string | undefined) {
  const { project, repository } = repositoryOf(context, 'Commit');
  const commit = repository.resolve(refOr(project, revision));
  if (!commit) throw notFound('Commit');
  const file_path = (context.path['file_path'] ?? '').replace(/^\//, '');
  const [, mode = '', blob_id = ''] =
    /^(\d+) blob (\w+)\t/.exec(repository.git('ls-tree', commit, '--', `:(literal)${file_path}`)) ?? [];
  const bytes = repository.read(commit, file_path);
  if (!bytes || blob_id === '') throw notFound('File');
  const data = {
    file_name: basename(file_path),
    file_path,
    size: bytes.length,
    encoding: 'base64',
    content_sha256: createHash('sha256').update(bytes).digest('hex'),
    ref: revision ?? project.defaultBranch,
    blob_id,
    commit_id: commit,
    last_commit_id: lastCommitOf(repository, commit, file_path),
    execute_filemode: mode === '100755',
  };
  return { project, bytes, data };
}

/** `X-Gitlab-Blob-Id` and so on: what HEAD asks for. */
function headersOf(data: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(data).map(([key, value]) => [
    `x-gitlab-${key.replaceAll('_', '-')}`,
    encodeURI(String(value)),
  ]);
  return Object.fromEntries(entries);
}

/** Lines that follow each other and come from the same commit. */
function blameRanges(output: string): { sha: string; lines: string[] }[] {
  const ranges: { sha: string; lines: string[] }[] = [];
  let sha = '';
  for (const line of output.split('\n')) {
    const header = /^([0-9a-f]{40}) \d+ \d+/.exec(line);
    if (header) sha = header[1] ?? '';
    if (!line.startsWith('\t')) continue;
    if (ranges.at(-1)?.sha !== sha) ranges.push({ sha, lines: [] });
    ranges.at(-1)?.lines.push(line.slice(1));
  }
  return ranges;
}

function blameCommit(commit: Commit | undefined) {
  return (
    commit && {
      id: commit.sha,
      parent_ids: commit.parents,
      message: commit.message,
      authored_date: commit.authoredAt,
      author_name: commit.authorName,
      author_email: commit.authorEmail,
      committed_date: commit.committedAt,
      committer_name: commit.committerName,
      committer_email: commit.committerEmail,
    }
  );
}
