// What a file that is written as a whole was before: the call's arguments do not say it.
import type { SessionUpdate } from '@agentclientprotocol/sdk';
import type { AgentSession } from '../agent/index.js';
import { isExpected } from '../errors.js';
import { editsOf } from './edits.js';
import { relativeTo } from './paths.js';
import type { Call } from './tool-updates.js';

const maxBytes = 100_000;

/** The call's diff against the user's own file; undefined for other calls, new files, and files that are too large. */
export async function replacedUpdate(
  call: Call,
  agent: AgentSession,
  root: string,
): Promise<SessionUpdate | undefined> {
  const [diff] = call.tool === 'files__write_file' ? editsOf(call.tool, call.input, root) : [];
  const path = diff?.type === 'diff' ? relativeTo(root, diff.path) : undefined;
  if (diff?.type !== 'diff' || path === undefined) return undefined;
  const old = await agent.read(path, 'old', maxBytes).catch((error: unknown) => {
    if (isExpected(error)) return undefined; // the diff without it is shown already
    throw error;
  });
  if (!old || old.text === null || old.more) return undefined;
  return { sessionUpdate: 'tool_call_update', toolCallId: call.id, content: [{ ...diff, oldText: old.text }] };
}
