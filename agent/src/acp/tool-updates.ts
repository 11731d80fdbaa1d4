// Calls and their results as ACP's tool calls.
import type { SessionUpdate, ToolCall, ToolCallContent, ToolCallUpdate } from '@agentclientprotocol/sdk';
import { reveal } from '@cofferdam/mcp-servers/untrusted';
import type { ResultBlock, SessionEvent } from '../session/index.js';
import { editsOf, lineOf } from './edits.js';
import { metaKeys } from './extension.js';
import { locations } from './paths.js';
import { codeBlock, head, withoutMarks } from './text.js';
import { isCommand, viewOf } from './tool-view.js';

export interface Surroundings {
  /** The workspace's top folder. */
  root: string;
  terminalOutput: boolean;
}

export interface Call {
  id: string;
  tool: string;
  input: Readonly<Record<string, unknown>>;
}

/** Characters of one result that an editor is shown. */
const maxResult = 20_000;
/** Characters of a call's arguments, as JSON. */
const maxInput = 50_000;

type Event<Kind extends SessionEvent['kind']> = Extract<SessionEvent, { kind: Kind }>;

export const text = (words: string): ToolCallContent => ({ type: 'content', content: { type: 'text', text: words } });

/** A call as it is first shown, before anything is decided about it. */
export function describeCall({ id, tool, input }: Call, { root, terminalOutput }: Surroundings): ToolCall {
  const { title, kind, places } = viewOf(tool, input);
  const terminal = terminalOutput && isCommand(tool);
  return {
    toolCallId: id,
    title,
    name: tool,
    kind,
    status: 'pending',
    locations: locations(root, places),
    ...(JSON.stringify(input).length <= maxInput && { rawInput: input }),
    content: terminal ? [{ type: 'terminal', terminalId: id }] : contentOf({ id, tool, input }, root),
    ...(terminal && { _meta: { terminal_info: { terminal_id: id, cwd: root } } }),
  };
}

/** What the call would do, where its title does not say all. */
export function contentOf({ tool, input }: Call, root: string): ToolCallContent[] {
  const { command } = input;
  if (isCommand(tool) && typeof command === 'string') return [text(codeBlock(head(reveal(command), maxResult), 'sh'))];
  return editsOf(tool, input, root);
}

/** The tool is asked now. */
export function startUpdate({ id, step, decision }: Event<'tool-start'>): SessionUpdate {
  const meta = { [metaKeys.decision]: decision, ...(step !== undefined && { [metaKeys.step]: step }) };
  return { sessionUpdate: 'tool_call_update', toolCallId: id, status: 'in_progress', _meta: meta };
}

/** `input` is undefined where the call is not known any more. */
export function resultUpdate(
  { id, tool, content, isError }: Event<'tool-result'>,
  input: Call['input'] | undefined,
  { root, terminalOutput }: Surroundings,
): SessionUpdate {
  const words = withoutMarks(content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n'));
  const update: ToolCallUpdate & { sessionUpdate: 'tool_call_update' } = {
    sessionUpdate: 'tool_call_update',
    toolCallId: id,
    status: isError ? 'failed' : 'completed',
  };
  if (isCommand(tool) && terminalOutput && !isError) {
    return { ...update, _meta: { terminal_exit: { terminal_id: id, ...exitOf(words) } } };
  }
  const edits = isError ? [] : editsOf(tool, input ?? {}, root);
  const line = lineOf(words);
  const path = input?.['path'];
  return {
    ...update,
    content: edits.length > 0 ? edits : shownResult(words, content),
    ...(edits.length > 0 &&
      line !== undefined &&
      typeof path === 'string' && { locations: locations(root, [{ path, line }]) }),
  };
}

function shownResult(words: string, content: readonly ResultBlock[]): ToolCallContent[] {
  const images = content.flatMap((block): ToolCallContent[] => {
    if (block.type !== 'image') return [];
    return [{ type: 'content', content: { type: 'image', data: block.data, mimeType: block.mediaType } }];
  });
  return [...(words.trim() === '' ? [] : [text(codeBlock(head(words, maxResult)))]), ...images];
}

/** The commands server says it in a sentence. */
function exitOf(words: string): { exit_code: number | null; signal: string | null } {
  const code = /\bexited with code (\d+) after /.exec(words)?.[1];
  const signal = /\bwas ended by (SIG[A-Z0-9]+) after /.exec(words)?.[1];
  return { exit_code: code === undefined ? null : Number(code), signal: signal ?? null };
}
