// The terminal that a person sits at: keys come in as they are pressed, and what is being typed stays together while
// output goes by above it. Node's readline edits the line and keeps the history; the row it stands in is drawn here.
import { createInterface, type Interface, type Key } from 'node:readline';
import { Writable } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import { columnsOf, type TerminalStream, type Window, windowOf } from '../render/index.js';

/** Milliseconds without a further byte after which an ESC is the key, and not the beginning of a sequence. */
const escapeMs = 50;
/** Columns without which typing goes to a line of its own. */
const leastRoom = 20;
const prompt = '> ';

interface Reader {
  prompt: string;
  /** The answer stays in sight; otherwise whoever asked shows it. */
  keep: boolean;
  /** What was being typed to somebody else when the question came. */
  before: string;
  settle(line: string | undefined): void;
}

/** What is drawn of the row, and the column it begins in. */
interface Row extends Window {
  column: number;
}

export class Console implements TerminalStream {
  readonly isTTY = true;
  /** Gets each line that no question waits for. */
  onLine: (line: string) => void = () => {};
  onEscape: () => void = () => {};
  readonly #input: ReadStream;
  readonly #out: WriteStream;
  #editor: Interface;
  #reader: Reader | undefined;
  #row: Row | undefined;
  /** Output that waits for the end of its line, so that the row need not move within one. */
  #held = '';
  #atLineStart = true;
  #pasting = false;
  #pasted = '';
  #open = false;

  constructor(input: ReadStream, out: WriteStream) {
    this.#input = input;
    this.#out = out;
    this.#editor = this.#begin([]);
    process.once('exit', this.close);
  }

  get columns(): number {
    return this.#out.columns || 100;
  }

  write(text: string): void {
    if (!this.#row) {
      this.#emit(text);
      return;
    }
    this.#held += text;
    const end = this.#held.lastIndexOf('\n') + 1;
    if (end === 0) return;
    const lines = this.#held.slice(0, end);
    this.#erase();
    this.#emit(lines);
    this.#held = this.#held.slice(end);
    this.#draw();
  }

  /** Asks, and resolves to one line; undefined where the input ended. Rejects with the signal's reason when aborted. */
  ask(question: string, signal: AbortSignal): Promise<string | undefined> {
    return this.#read({ prompt: question, keep: true }, signal);
  }

  /** Waits for the user to say something, which the caller shows. */
  listen(signal: AbortSignal): Promise<string | undefined> {
    return this.#read({ prompt, keep: false }, signal);
  }

  /** Gives the terminal to another program until that is done. */
  async lend<Result>(use: () => Promise<Result>): Promise<Result> {
    this.#end();
    try {
      return await use();
    } finally {
      this.#editor = this.#begin(historyOf(this.#editor));
    }
  }

  readonly close = (): void => {
    process.off('exit', this.close);
    if (!this.#open) return;
    if (this.#row) this.#leave();
    this.#end();
  };

  #begin(history: string[]): Interface {
    const nowhere = new Writable({ write: (_, __, done) => done() });
    const input = this.#input;
    const editor = createInterface({ input, output: nowhere, terminal: true, history, escapeCodeTimeout: escapeMs });
    editor.on('line', (line) => this.#line(line));
    editor.on('SIGINT', () => process.emit('SIGINT'));
    editor.on('close', () => this.#ended(editor));
    this.#input.on('keypress', this.#key);
    this.#out.write('\x1b[?2004h'); // pasted text comes marked as such
    this.#open = true;
    return editor;
  }

  #end(): void {
    this.#open = false;
    this.#input.off('keypress', this.#key);
    this.#editor.close();
    this.#out.write('\x1b[?2004l');
  }

  /** Ctrl-D on an empty line ends the editor, which says no to a question and nothing else. */
  #ended(editor: Interface): void {
    if (!this.#open || editor !== this.#editor) return;
    this.#end();
    if (!this.#input.readableEnded && !this.#input.destroyed) this.#editor = this.#begin(historyOf(editor));
    if (this.#row && this.#reader) this.#leave();
    this.#reader?.settle(undefined);
  }

  readonly #key = (_: string | undefined, key: Key | undefined): void => {
    if (key?.name === 'paste-start') this.#pasting = true;
    if (key?.name === 'paste-end') this.#pasting = false;
    if (key?.name === 'escape') this.onEscape();
    this.#refresh();
  };

  #line(line: string): void {
    if (this.#pasting) {
      this.#pasted += `${line}\n`;
      return;
    }
    const text = this.#pasted + line;
    this.#pasted = '';
    const reader = this.#reader;
    if (this.#row) {
      if (reader?.keep) this.#leave();
      else this.#erase();
      this.#flush();
    }
    if (reader) reader.settle(text);
    else this.onLine(text);
  }

  #read(question: { prompt: string; keep: boolean }, signal: AbortSignal): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      if (!this.#open) {
        resolve(undefined);
        return;
      }
      const before = this.#take();
      const done = () => {
        signal.removeEventListener('abort', abort);
        this.#reader = undefined;
        this.#editor.write(before);
        this.#refresh();
      };
      const abort = () => {
        if (this.#row) this.#leave();
        done();
        reject(signal.reason);
      };
      signal.addEventListener('abort', abort, { once: true });
      const settle = (line: string | undefined) => {
        done();
        resolve(line);
      };
      this.#reader = { ...question, before, settle };
      this.#draw();
    });
  }

  /** Takes what is being typed out of the editor. */
  #take(): string {
    const { line } = this.#editor;
    if (this.#row) this.#erase();
    this.#flush();
    this.#editor.write(null, { ctrl: true, name: 'e' });
    this.#editor.write(null, { ctrl: true, name: 'u' });
    return line;
  }

  #refresh(): void {
    const wanted = this.#reader !== undefined || this.#editor.line !== '' || this.#pasted !== '';
    if (wanted) {
      if (this.#row) this.#paint(this.#row);
      else this.#draw();
    } else if (this.#row) {
      this.#erase();
      this.#flush();
    }
  }

  #draw(): void {
    if (!this.#atLineStart) this.#emit('\n');
    const text = this.#reader?.prompt ?? prompt;
    this.#emit(text);
    let column = columnsOf(text.slice(text.lastIndexOf('\n') + 1)) % this.columns;
    if (this.columns - column < leastRoom) {
      this.#emit('\n');
      column = 0;
    }
    this.#row = { column, text: '', cursor: 0 };
    this.#paint(this.#row);
  }

  #paint(row: Row): void {
    const { line, cursor } = this.#editor;
    const pasted = this.#pasted;
    const seen = windowOf(pasted + line, pasted.length + cursor, this.columns - row.column - 1);
    const isAtEnd = row.cursor === columnsOf(row.text) && seen.cursor === columnsOf(seen.text);
    if (isAtEnd && seen.text.startsWith(row.text)) this.#out.write(seen.text.slice(row.text.length));
    else this.#out.write(`\x1b[${row.column + 1}G\x1b[K${seen.text}\x1b[${row.column + 1 + seen.cursor}G`);
    this.#row = { ...row, ...seen };
    this.#atLineStart = false;
  }

  #erase(): void {
    this.#out.write('\r\x1b[K');
    this.#row = undefined;
    this.#atLineStart = true;
  }

  /** Ends the row, which stays in sight. */
  #leave(): void {
    this.#emit('\n');
    this.#row = undefined;
  }

  #flush(): void {
    const held = this.#held;
    this.#held = '';
    this.#emit(held);
  }

  #emit(text: string): void {
    if (text === '') return;
    this.#out.write(text);
    this.#atLineStart = text.endsWith('\n');
  }
}

function historyOf(editor: Interface): string[] {
  return [...((editor as Interface & { history?: string[] }).history ?? [])];
}
