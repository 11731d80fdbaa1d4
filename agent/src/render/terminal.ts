// A session as a person watches it.
import type { LiveEvent } from '../loop/index.js';
import { describeFinding } from '../project/index.js';
import { type PlanStep, type ResultBlock, type SessionEvent, Totals, type UserBlock } from '../session/index.js';
import { LiveOutput } from './live-output.js';
import { planLines } from './plan.js';
import { statusLine } from './status.js';
import { oneLine, type Paint, painter, printable, withoutMarks } from './text.js';

export interface TerminalStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface TerminalViewOptions {
  env?: NodeJS.ProcessEnv;
  /** Shows the number of each prompt, as `rewind` and `fork` take it. */
  numbered?: boolean;
}

type Event<Kind extends SessionEvent['kind']> = Extract<SessionEvent, { kind: Kind }>;

export class TerminalView {
  readonly paint: Paint;
  /** What the session has cost; seeded by whoever shows one that has a past. */
  readonly totals = new Totals();
  /** Tokens that fit into the model's context, once that is known. */
  window: number | undefined;
  readonly #out: TerminalStream;
  readonly #numbered: boolean;
  readonly #start = performance.now();
  readonly #output = new LiveOutput();
  readonly #started = new Map<string, { readOnly: boolean }>();
  readonly #said: string[] = [];
  #plan: readonly PlanStep[] = [];
  #prompts = 0;
  /** From a message of the user's until the stop. */
  #working = false;
  #atLineStart = true;
  /** Whether the answer that comes has been streamed already. */
  #streamed = false;

  constructor(out: TerminalStream, { env = process.env, numbered = false }: TerminalViewOptions = {}) {
    this.#out = out;
    this.#numbered = numbered;
    this.paint = painter(out.isTTY === true && !env['NO_COLOR']);
  }

  get width(): number {
    return Math.max(40, this.#out.columns || 100);
  }

  /** A line of the program's own. */
  line(text: string): void {
    this.#write(`${this.#atLineStart ? '' : '\n'}${text}\n`);
  }

  note(text: string): void {
    this.line(this.paint('dim', printable(text)));
  }

  warn(text: string): void {
    this.line(this.paint('yellow', printable(text)));
  }

  /** Takes note of what happens or happened, and shows nothing of it. */
  follow(event: SessionEvent | LiveEvent): void {
    if (event.kind === 'answer') this.totals.apply(event);
    if (event.kind === 'plan') this.#plan = event.steps;
    if (event.kind === 'message' && event.from === 'user') this.#prompts += 1;
    if (event.kind === 'rewound') this.#prompts = event.prompt - 1;
  }

  /** What the user typed, at once; the event of it comes later and is not shown again. */
  said(text: string): void {
    this.#said.push(text);
    this.#user(text);
  }

  event(event: SessionEvent | LiveEvent): void {
    switch (event.kind) {
      case 'session':
        this.note(`Session ${event.id} · ${event.model} · ${event.mode}`);
        break;
      case 'project':
        if (event.project) this.note(describeFinding({ kind: 'found', project: event.project }));
        break;
      case 'mode':
        this.note(`Mode: ${event.mode}`);
        break;
      case 'model':
        this.note(`Model: ${event.name}`);
        break;
      case 'progress':
        this.note(event.text);
        break;
      case 'notice':
        this.warn(event.text);
        break;
      case 'message':
        this.#message(event);
        break;
      case 'text-delta':
        this.#streamed = true;
        this.#write(printable(event.text));
        break;
      case 'retry':
        this.#streamed = false;
        this.warn(`${oneLine(event.reason, 200)} Asking again in ${Math.ceil(event.delayMs / 1000)} s.`);
        break;
      case 'answer':
        this.#answer(event);
        break;
      case 'plan':
        this.#plan = event.steps;
        this.line(this.paint('bold', event.by === 'user' ? 'Plan, as you edited it' : 'Plan'));
        for (const line of planLines(event.steps, this.width, this.paint)) this.line(line);
        break;
      case 'approval':
        if (!event.allowed) this.warn(`Denied: ${oneLine(event.tool, 60)}`);
        if (event.remembered !== undefined) this.note(`In your policy from now on: ${event.remembered}`);
        break;
      case 'tool-start':
        this.#started.set(event.id, event);
        this.line(this.#call(event));
        break;
      case 'tool-output':
        for (const line of this.#output.lines(event.id, event.text)) this.line(this.paint('dim', `  │ ${line}`));
        break;
      case 'tool-result':
        this.#result(event);
        break;
      case 'checkpoint':
        if (event.name === null)
          this.warn(`The files before prompt ${event.prompt} are not kept. ${event.reason ?? ''}`);
        break;
      case 'rewound':
        this.#prompts = event.prompt - 1;
        this.warn(`Back to before prompt ${event.prompt}.`);
        break;
      case 'cleared':
        this.note(`Old results made room in the context: ${event.ids.length}.`);
        break;
      case 'compacted':
        this.note('The conversation so far was summarised, to make room in the context.');
        break;
      case 'applied':
        this.#applied(event);
        break;
      case 'stop':
        this.#stop(event);
    }
  }

  #message({ from, content }: Event<'message'>): void {
    const text = wordsOf(content);
    if (from === 'cofferdam') this.warn(oneLine(text, this.width));
    else {
      const at = this.#said.indexOf(text);
      if (at === -1) this.#user(text);
      this.#said.splice(0, at + 1);
      this.#working = true;
    }
  }

  #user(text: string): void {
    this.#prompts += 1;
    const mark = this.paint('bold', this.#numbered ? `${this.#prompts} >` : '>');
    this.line(`${mark} ${printable(text)}`);
    if (this.#working && !this.#numbered) this.note('  will be read at the next step');
  }

  #answer(event: Event<'answer'>): void {
    this.totals.apply(event);
    // A session that is replayed from its log has no deltas.
    const text = event.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
    if (!this.#streamed && text) this.#write(printable(text));
    this.#streamed = false;
    if (!this.#atLineStart) this.#write('\n');
  }

  #call({ tool, input, step }: Event<'tool-start'>): string {
    const at = this.#plan.findIndex(({ id }) => id === step);
    const where = at === -1 ? '' : ` (step ${at + 1})`;
    const call = describeCall(tool, input, this.width - where.length);
    return `${this.paint('cyan', '●')} ${call}${this.paint('dim', where)}`;
  }

  #result({ id, tool, isError, content }: Event<'tool-result'>): void {
    const started = this.#started.get(id);
    this.#started.delete(id);
    this.#output.end(id);
    // What was read would be noise; what was done is news.
    if (!isError && started?.readOnly !== false) return;
    const name = started ? '' : `${oneLine(tool, 60)}: `;
    const text = oneLine(
      firstText(content)
        .split('\n', isError ? undefined : 1)
        .join(' '),
      this.width - 4 - name.length,
    );
    this.line(isError ? this.paint('red', `  ✗ ${name}${text}`) : this.paint('dim', `  └ ${text}`));
  }

  #applied({ applied, conflicts, refused }: Event<'applied'>): void {
    this.line(`Applied ${countFiles(applied.length)} to the workspace.`);
    for (const { path, reason } of [...conflicts, ...refused]) {
      this.line(this.paint('red', `Not applied: ${printable(path)}: ${printable(reason)}`));
    }
  }

  #stop({ reason, message }: Event<'stop'>): void {
    this.#working = false;
    const text = printable(message);
    if (reason !== 'done') this.line(this.paint(reason === 'interrupted' ? 'yellow' : 'red', text));
    const seconds = (performance.now() - this.#start) / 1000;
    this.note(statusLine(this.totals, { window: this.window, seconds }));
  }

  #write(text: string): void {
    if (text === '') return;
    this.#out.write(text);
    this.#atLineStart = text.endsWith('\n');
  }
}

export const countFiles = (files: number): string => `${files} ${files === 1 ? 'file' : 'files'}`;

/** The tool and its most telling argument. */
export function describeCall(tool: string, input: Record<string, unknown>, width: number): string {
  const key = ['command', 'path', 'pattern', 'query', 'from', 'url'].find((name) => input[name] !== undefined);
  const value = key === undefined ? Object.values(input)[0] : input[key];
  const text = value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  const name = oneLine(tool, 60);
  return `${name} ${oneLine(text, Math.max(10, width - name.length - 4))}`.trimEnd();
}

/** What the user said, and the names of what they attached. */
function wordsOf(content: readonly UserBlock[]): string {
  return content
    .map((block) => (block.type === 'text' ? block.text : block.type === 'image' ? '[image]' : `[${block.name}]`))
    .join('\n');
}

function firstText(content: readonly ResultBlock[]): string {
  return withoutMarks(content.find((block) => block.type === 'text')?.text ?? '');
}
