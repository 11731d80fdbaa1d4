// The model's own tool for results that are cut or cleared in the conversation.
import * as z from 'zod';
import { textOutcome } from '../../mcp/index.js';
import { effective, type Session, type SessionEvent } from '../../session/index.js';
import { checkedTool, type OwnTool } from '../../tools/index.js';
import { type BoundOutcome, fenceText } from './bound.js';
import { lineStarts } from './lines.js';
import type { ResultStore } from './store.js';

const readResultName = 'read_result';

/** Characters of one page: below what would be cut again. */
const maxPage = 20_000;

const input = z.object({
  id: z.string().describe('Of the call, as the note under its result gives it'),
  from_line: z.int().min(1).default(1),
  lines: z.int().min(1).max(2_000).default(400),
  grep: z.string().min(1).optional().describe('Only lines with this text in them; case does not matter'),
});
type Input = z.output<typeof input>;

const description =
  'Reads an earlier result again, by the id of its call: what was left out of a long one, or one that was cleared. Answers numbered lines (number, tab, text).';

export function readResultTool(session: Session, store: ResultStore): OwnTool {
  return checkedTool(readResultName, description, input, (wanted) => {
    const { id } = wanted;
    const result = effective(session.events()).findLast((event) => event.kind === 'tool-result' && event.id === id);
    const text = store.read(id) ?? (result?.kind === 'tool-result' ? textOf(result) : undefined);
    if (text === undefined) {
      return textOutcome(`There is no result ${JSON.stringify(id.slice(0, 100))}. Make the call again.`, true);
    }
    const source = result?.kind === 'tool-result' ? result.source : undefined;
    return page(text, wanted, source);
  });
}

function textOf({ content }: Extract<SessionEvent, { kind: 'tool-result' }>): string | undefined {
  const texts = content.flatMap((block) => (block.type === 'text' ? [block.text] : []));
  return texts.length > 0 ? texts.join('\n') : undefined;
}

function page(text: string, { from_line, lines, grep }: Input, source: string | undefined): BoundOutcome {
  const starts = lineStarts(text);
  const count = starts.length - 1;
  if (from_line > count) return textOutcome(`The result has ${count} lines; there is no line ${from_line}.`, true);
  const sought = grep?.toLowerCase();
  const shown: string[] = [];
  let room = maxPage;
  let next = from_line;
  for (; next <= count && shown.length < lines; next++) {
    const line = text.slice(starts[next - 1], starts[next]).replace(/\r?\n$/, '');
    if (sought !== undefined && !line.toLowerCase().includes(sought)) continue;
    if (line.length > room) break;
    room -= line.length + 8;
    shown.push(`${next}\t${line}`);
  }
  const rest = next > count ? '' : `[Up to line ${next - 1} of ${count}. Read on with from_line ${next}.]`;
  if (shown.length === 0) return textOutcome(`No line from ${from_line} on holds ${JSON.stringify(grep)}.`);
  const body = shown.join('\n');
  const parts = [source === undefined ? body : fenceText(source, body), ...(rest ? [rest] : [])];
  return { ...textOutcome(parts.join('\n')), ...(source !== undefined && { source }) };
}
