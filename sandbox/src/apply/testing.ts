// For tests: changes to a workspace with their contents.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Change } from '../changes/types.js';
import { SandboxError } from '../errors.js';

/** One side of a file: its content, or `[content, mode]`. */
type Content = string | Buffer | [string | Buffer, '100644' | '100755' | '120000'];

export interface Session {
  readonly changes: Change[];
  readonly read: (path: string) => Promise<Readable>;
}

/** What a session did: per path what was there and what is, null for nothing. `from` makes it a rename. */
export function session(edits: Record<string, { old: Content | null; now: Content | null; from?: string }>): Session {
  const contents = new Map<string, Buffer>();
  const changes = Object.entries(edits).map(([path, { old, now, from }]): Change => {
    const [before, after] = [describe(old), describe(now)];
    if (after) contents.set(path, after.content);
    return {
      path,
      kind: kindOf(before, after, from),
      ...(from !== undefined && { from }),
      oldMode: before?.mode ?? null,
      newMode: after?.mode ?? null,
      oldSha256: before?.sha256 ?? null,
      newSha256: after?.sha256 ?? null,
      oldSize: before?.content.length ?? null,
      newSize: after?.content.length ?? null,
      binary: false,
    };
  });
  const read = async (path: string) => {
    const content = contents.get(path);
    if (!content) throw new SandboxError('change-unknown', `${path} is not there`, 'Read another file.');
    return Readable.from([content]);
  };
  return { changes, read };
}

function describe(content: Content | null) {
  if (content === null) return undefined;
  const [text, mode] = Array.isArray(content) ? content : ([content, '100644'] as const);
  const bytes = Buffer.from(text);
  return { content: bytes, mode, sha256: createHash('sha256').update(bytes).digest('hex') };
}

type Described = ReturnType<typeof describe>;

function kindOf(before: Described, after: Described, from: string | undefined): Change['kind'] {
  if (from !== undefined) return 'renamed';
  if (!after) return 'deleted';
  if (after.mode === '120000') return 'symlink';
  if (!before) return 'added';
  return before.sha256 === after.sha256 ? 'mode' : 'modified';
}
