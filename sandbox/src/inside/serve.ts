// Answers the host's requests one after the other, and listens for `cancel` meanwhile.
import type { Readable, Writable } from 'node:stream';
import * as z from 'zod';
import { ByteReader } from '../changes/byte-reader.js';
import {
  type Frame,
  maxPayload,
  maxRequestLine,
  parseJson,
  protocolError,
  type Query,
  requestSchema,
} from '../changes/protocol.js';
import { SandboxError } from '../errors.js';
import { baseOf } from './base.js';
import { Contents } from './contents.js';
import type { Workspace } from './workspace.js';

/** Resolves when `input` ends. Throws `protocol` on a request that makes no sense. */
export async function serve(workspace: Workspace, input: Readable, output: Writable): Promise<void> {
  const requests = new ByteReader(input);
  const running = new Map<number, AbortController>();
  let turn = Promise.resolve();
  for (let line = await requests.line(maxRequestLine); line !== undefined; line = await requests.line(maxRequestLine)) {
    const request = requestSchema.safeParse(parseJson(line));
    if (!request.success) throw protocolError(z.prettifyError(request.error));
    const { data } = request;
    if (data.method === 'cancel') {
      running.get(data.id)?.abort();
      continue;
    }
    const controller = new AbortController();
    running.set(data.id, controller);
    const contents = await contentsAfter(data, requests);
    turn = turn
      .then(() => answer(workspace, { query: data, contents }, output, controller.signal))
      .finally(() => running.delete(data.id))
      .finally(() => contents?.remove());
  }
  for (const controller of running.values()) controller.abort();
  await turn;
}

interface Question {
  readonly query: Query;
  /** What came after the request. */
  readonly contents: Contents | undefined;
}

async function contentsAfter(query: Query, requests: ByteReader): Promise<Contents | undefined> {
  return query.method === 'patch' && query.contents ? Contents.receive(query.contents, requests) : undefined;
}

async function answer(workspace: Workspace, asked: Question, output: Writable, signal: AbortSignal): Promise<void> {
  const { id } = asked.query;
  try {
    for await (const chunk of contentOf(workspace, asked, signal)) {
      signal.throwIfAborted();
      for (let at = 0; at < chunk.length; at += maxPayload) {
        const payload = chunk.subarray(at, at + maxPayload);
        await send(output, { id, type: 'data', length: payload.length }, payload);
      }
    }
    await send(output, { id, type: 'end' });
  } catch (error) {
    await send(output, signal.aborted ? { id, type: 'end' } : failure(id, error));
  }
}

async function* contentOf(
  workspace: Workspace,
  { query, contents }: Question,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  if (query.method === 'read') yield* workspace.read(query.path, query.side);
  else if (query.method === 'patch') yield* workspace.patch(query.paths, baseOf(query.base), contents, signal);
  else if (query.method === 'state') yield* workspace.states(signal);
  else if (query.method === 'pack') yield* workspace.pack(query.wanted, signal);
  else yield Buffer.from(JSON.stringify(await workspace.changes(query.includeIgnored, baseOf(query.base), signal)));
}

function failure(id: number, error: unknown): Frame {
  const known =
    error instanceof SandboxError
      ? error
      : new SandboxError(
          'workspace-unusable',
          `The workspace cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
          'Ask again; if it stays so, look at what the last command did to the workspace.',
        );
  const code = z.enum(['path-invalid', 'change-unknown', 'disk-full']).safeParse(known.code);
  return {
    id,
    type: 'error',
    code: code.success ? code.data : 'workspace-unusable',
    message: known.message.slice(0, 8192),
    remedy: known.remedy,
  };
}

function send(output: Writable, frame: Frame, payload: Buffer = Buffer.alloc(0)): Promise<void> {
  const bytes = Buffer.concat([Buffer.from(`${JSON.stringify(frame)}\n`), payload]);
  return new Promise((resolve, reject) => output.write(bytes, (error) => (error ? reject(error) : resolve())));
}
