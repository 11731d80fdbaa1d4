// A result as it goes into the conversation: of a size that fits, fenced where it is from outside, and named.
import { fence, hiddenKinds } from '@cofferdam/mcp-servers/untrusted';
import type { ToolInfo, ToolOutcome } from '../../mcp/index.js';
import type { OpenCall, ResultBlock } from '../../session/index.js';
import { type Cut, cutMiddle } from './cut.js';
import { fenced, isPlain, sourceOf } from './source.js';
import type { ResultStore } from './store.js';

/** Characters of one result in the conversation, about 6,000 tokens. */
export const maxShown = 24_000;

/** A result as it goes into the session. */
export interface BoundOutcome extends ToolOutcome {
  /** What it holds words of, where they are from outside. */
  source?: string;
}

/** `tool` is what the call went to. */
export function boundResult(tool: ToolInfo, call: OpenCall, outcome: ToolOutcome, store: ResultStore): BoundOutcome {
  const whole = outcome.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
  const others = outcome.content.filter((block) => block.type !== 'text');
  const cut = cutMiddle(whole, maxShown);
  const note = cut ? howToReadOn(call.id, cut, store.keep(call.id, whole)) : undefined;
  const shown = cut?.text ?? whole;
  const trusted = isPlain(tool) && !outcome.isError;
  const source = trusted ? undefined : sourceOf(tool, call.input, whole);
  const text = [source === undefined || isFenced(tool, whole) ? shown : fenceText(source, shown), note]
    .filter((part) => part !== undefined && part !== '')
    .join('\n');
  const content: ResultBlock[] = [...(text === '' ? [] : [{ type: 'text' as const, text }]), ...others];
  return { ...outcome, content, ...(source !== undefined && { source }) };
}

/** Third parties' results are fenced where they come in, GitLab's by its server; its errors are not. */
function isFenced({ ours, server }: ToolInfo, text: string): boolean {
  return !ours || (server === 'gitlab' && fenced(text) !== undefined);
}

/** What is hidden stays as it is, because edits must match; that it is there is said. */
export function fenceText(source: string, text: string): string {
  if (text === '') return '';
  const hidden = [...hiddenKinds(text)].map(([kind, count]) => `${count} ${kind}`);
  const warning = `[The text holds characters that people do not see: ${hidden.join(', ')}.]`;
  return [fence({ source, text }), ...(hidden.length > 0 ? [warning] : [])].join('\n');
}

function howToReadOn(id: string, { missing: { from, to, of } }: Cut, problem: string | undefined): string {
  const lines = `Lines ${from} to ${to} of ${of} are not shown`;
  if (problem !== undefined) return `[${lines} and were not kept: ${problem}. Ask for less at a time.]`;
  return `[${lines}: read_result with id ${id} and from_line ${from}, or grep.]`;
}
