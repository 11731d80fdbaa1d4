// get_repository_file
import { isUtf8 } from 'node:buffer';
import * as z from 'zod';
import { describeBinary, isBinary } from '../../files/magic.js';
import { ToolError } from '../../kit/index.js';
import { isNotFound } from '../client/errors.js';
import { flag, text } from '../toolkit/fields.js';
import { type Found, gitlabTool } from '../toolkit/tool.js';
import { numbered } from './numbered.js';
import { firstThere, located } from './refs.js';

const endpoint = 'GET /projects/:id/repository/files/:file_path';

const answer = z
  .object({
    file_path: z.string(),
    ref: text,
    size: z.number(),
    content: z.string(),
    last_commit_id: text,
    blob_id: text,
    execute_filemode: flag,
  })
  .transform(({ content, execute_filemode, ...facts }) => ({
    bytes: Buffer.from(content, 'base64'),
    facts: { ...facts, execute_filemode: execute_filemode || undefined },
  }));

export const getRepositoryFile = gitlabTool({
  name: 'get_repository_file',
  title: 'Get repository file',
  description: 'A file at `ref` (default branch) as numbered lines. `file_path` may be its URL, with #L10-20.',
  effect: 'read',
  endpoints: [endpoint],
  input: z.strictObject({
    file_path: z.string().min(1),
    project: z.string().optional(),
    ref: z.string().optional(),
    start_line: z.int().min(1).optional(),
    end_line: z.int().min(1).optional(),
  }),
  output: z.looseObject({
    file_path: z.string(),
    content: z.string().optional(),
    total_lines: z.int().optional(),
    last_commit_id: z.string().optional(),
  }),
  async run({ file_path, project, ref, start_line, end_line }, call) {
    const { place: id, readings, lines } = await located(call, file_path, { kind: 'file', ref, project });
    const { bytes, facts } = await firstThere(readings, (at) =>
      call.get(endpoint, { params: { id, file_path: at.path }, query: { ref: at.ref } }, answer),
    ).catch((error: unknown) => {
      throw explained(error, readings);
    });
    const about = `file ${facts.file_path} of ${id.id} at ${facts.ref}`;
    const pointer = lfsPointer(bytes);
    if (pointer) return { about, data: { ...facts, lfs: pointer }, note: lfsNote };
    if (isBinary(bytes)) return { about, data: { ...facts, binary: describeBinary(bytes) }, note: binaryNote };
    const range = { start: start_line ?? lines?.first ?? 1, end: end_line ?? lines?.last };
    return { about, ...content(bytes, facts, range) };
  },
});

const lfsNote = 'The repository holds only a Git LFS pointer; the file itself is stored apart and cannot be read here.';
const binaryNote = 'Not text, so its content is not shown.';

function explained(error: unknown, [first]: { ref: string; path: string }[]): unknown {
  if (error instanceof ToolError && error.code === 'too-large') {
    const remedy = 'Find the place with search (scope: blobs), or read the file in a clone.';
    return new ToolError('too-large', 'The file is too large to be fetched through the API (over 24 MB).', remedy);
  }
  if (!isNotFound(error)) return error;
  const ref = first?.ref === 'HEAD' ? 'the default branch' : JSON.stringify(first?.ref);
  return new ToolError(
    'not-found',
    `There is no file ${JSON.stringify(first?.path)} at ${ref}, or the token may not see it.`,
    'Look with list_repository_tree (a folder is no file), or give the `ref` that has it.',
  );
}

/** Of the specification's first version, the only one: a few lines of text, the hash and size of the real file. */
function lfsPointer(bytes: Buffer): { oid: string; size: number } | undefined {
  if (bytes.length > 1024) return undefined;
  const found =
    /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\nsize (\d+)\n?/.exec(
      bytes.toString('latin1'),
    );
  return found?.[1] ? { oid: found[1], size: Number(found[2]) } : undefined;
}

interface Facts {
  last_commit_id?: string | null | undefined;
}
interface Range {
  start: number;
  end?: number | undefined;
}

function content(bytes: Buffer, facts: Facts, range: Range): Omit<Found, 'about'> {
  const encoding = isUtf8(bytes) ? 'utf8' : 'latin1';
  const whole = bytes.toString(encoding);
  const { shown, ...page } = numbered(whole, range);
  const { start_line, end_line, total_lines } = page;
  const rest = `Lines ${start_line}-${end_line} of ${total_lines}; read on with start_line ${end_line + 1}.`;
  const notes = [
    end_line < total_lines && rest,
    encoding === 'latin1' && 'Not UTF-8: shown as Latin-1.',
    whole.includes('\r\n') && 'Lines end with CRLF.',
  ];
  return {
    data: { ...facts, ...page },
    text: `last_commit_id: ${facts.last_commit_id}\n${shown}`,
    source: true,
    note: notes.filter(Boolean).join(' '),
  };
}
