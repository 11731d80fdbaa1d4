// A session as a person watches it.
import type { LiveEvent } from '../loop/index.js';
import { describeFinding } from '../project/index.js';
import type { PlanStep, ResultBlock, SessionEvent } from '../session/index.js';
import { Tally } from './tally.js';
import { oneLine, type Paint, painter, printable } from './text.js';

/** Lines of live output shown per call; the model sees all of it. */
const outputLines = 40;

const ticks = { pending: '○', in_progress: '▸', done: '✔' } as const;

export interface TerminalStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export class TerminalView {
  readonly paint: Paint;
  readonly #out: TerminalStream;
  readonly #tally = new Tally();
  readonly #shownOutput = new Map<string, { count: number; last: readonly string[] }>();
  readonly #started = new Map<string, { readOnly: boolean }>();
  #atLineStart = true;
  /** Whether the answer that comes has been streamed already. */
  #streamed = false;

  constructor(out: TerminalStream, env: NodeJS.ProcessEnv = process.env) {
    this.#out = out;
    this.paint = painter(out.isTTY === true && !env['NO_COLOR']);
  }

  /** A line of the program's own. */
  line(text: string): void {
    this.#write(`${this.#atLineStart ? '' : '\n'}${text}\n`);
  }

  event(event: SessionEvent | LiveEvent): void {
    switch (event.kind) {
      case 'session':
        if (event.project) this.line(this.paint('dim', describeFinding({ kind: 'found', project: event.project })));
        break;
      case 'text-delta':
        this.#streamed = true;
        this.#write(printable(event.text));
        break;
      case 'retry': {
        const seconds = Math.ceil(event.delayMs / 1000);
        this.line(this.paint('yellow', `${oneLine(event.reason, 200)} Asking again in ${seconds} s.`));
        break;
      }
      case 'answer':
        this.#answer(event);
        break;
      case 'plan':
        this.#plan(event.steps);
        break;
      case 'tool-start':
        this.#started.set(event.id, event);
        this.line(`${this.paint('cyan', '●')} ${describeCall(event.tool, event.input, this.#width())}`);
        break;
      case 'tool-output':
        this.#output(event.id, event.text);
        break;
      case 'tool-result':
        this.#result(event);
        break;
      case 'message':
        if (event.from === 'cofferdam') this.line(this.paint('yellow', oneLine(event.text, this.#width())));
        else this.line(`${this.paint('bold', '>')} ${printable(event.text)}`);
        break;
      case 'approval':
        if (!event.allowed) this.line(this.paint('yellow', `Denied: ${event.tool}`));
        break;
      case 'stop': {
        const ok = event.reason === 'done';
        if (!ok) this.line(this.paint(event.reason === 'interrupted' ? 'yellow' : 'red', printable(event.message)));
        this.line(this.paint('dim', this.#tally.summary()));
      }
    }
  }

  #answer({ content, usage }: Extract<SessionEvent, { kind: 'answer' }>): void {
    this.#tally.add(usage);
    // A session that is replayed from its log has no deltas.
    const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
    if (!this.#streamed && text) this.#write(printable(text));
    this.#streamed = false;
    if (!this.#atLineStart) this.#write('\n');
  }

  #plan(steps: readonly PlanStep[]): void {
    this.line(this.paint('bold', 'Plan'));
    for (const { title, status } of steps) {
      const text = `  ${ticks[status]} ${oneLine(title, this.#width() - 4)}`;
      this.line(status === 'done' ? this.paint('green', text) : status === 'pending' ? this.paint('dim', text) : text);
    }
  }

  #output(id: string, text: string): void {
    const lines = printable(text).trimEnd().split('\n');
    const before = this.#shownOutput.get(id) ?? { count: 0, last: [] };
    let { count } = before;
    for (const line of newLines(before.last, lines)) {
      count += 1;
      if (count <= outputLines) this.line(this.paint('dim', `  │ ${line}`));
      else if (count === outputLines + 1) this.line(this.paint('dim', '  │ … more'));
    }
    this.#shownOutput.set(id, { count, last: lines });
  }

  #result({ id, tool, isError, content }: Extract<SessionEvent, { kind: 'tool-result' }>): void {
    const started = this.#started.get(id);
    this.#started.delete(id);
    this.#shownOutput.delete(id);
    // What was read would be noise; what was done is news.
    if (!isError && started?.readOnly !== false) return;
    const name = started ? '' : `${oneLine(tool, 60)}: `;
    const text = oneLine(
      firstText(content)
        .split('\n', isError ? undefined : 1)
        .join(' '),
      this.#width() - 4 - name.length,
    );
    this.line(isError ? this.paint('red', `  ✗ ${name}${text}`) : this.paint('dim', `  └ ${text}`));
  }

  #width(): number {
    return Math.max(40, this.#out.columns || 100);
  }

  #write(text: string): void {
    if (text === '') return;
    this.#out.write(text);
    this.#atLineStart = text.endsWith('\n');
  }
}

/** Progress carries the latest lines, so each message may begin with what the one before it ended with. */
function newLines(last: readonly string[], lines: readonly string[]): readonly string[] {
  for (let overlap = Math.min(last.length, lines.length); overlap > 0; overlap--) {
    if (lines.slice(0, overlap).join('\n') === last.slice(-overlap).join('\n')) return lines.slice(overlap);
  }
  return lines;
}

/** The tool and its most telling argument. */
export function describeCall(tool: string, input: Record<string, unknown>, width: number): string {
  const key = ['command', 'path', 'pattern', 'query', 'from', 'url'].find((name) => input[name] !== undefined);
  const value = key === undefined ? Object.values(input)[0] : input[key];
  const text = value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  const name = oneLine(tool, 60);
  return `${name} ${oneLine(text, Math.max(10, width - name.length - 4))}`.trimEnd();
}

function firstText(content: readonly ResultBlock[]): string {
  return content.find((block) => block.type === 'text')?.text ?? '';
}
