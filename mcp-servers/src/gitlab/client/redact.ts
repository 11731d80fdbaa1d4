// Keeps secrets out of everything that leaves the process.
import { Readable } from 'node:stream';

const mask = '[redacted]';

export class Redactor {
  readonly #secrets = new Set<string>();
  /** Characters of the longest of them. */
  #longest = 0;

  /**
   * From now on `secret` is replaced, in every form that common encodings give it. Too short a text would hide ordinary
   * words.
   */
  add(secret: string): void {
    if (secret.length < 8) return;
    for (const form of formsOf(secret)) {
      this.#secrets.add(form);
      this.#longest = Math.max(this.#longest, form.length);
    }
  }

  text(text: string): string {
    let result = text;
    for (const secret of this.#secrets) if (result.includes(secret)) result = result.replaceAll(secret, mask);
    return result;
  }

  /** A copy of `value` with every string in it redacted, keys included; `value` itself where there is nothing to hide. */
  value<Value>(value: Value): Value {
    const json = JSON.stringify(value);
    if (json === undefined) return value;
    const clean = this.text(json);
    return clean === json ? value : (JSON.parse(clean) as Value);
  }

  /** The same bytes without secrets, also where one lies across two pieces. Whoever ends reading early ends `body`. */
  stream(body: Readable): Readable {
    return Readable.from(this.#pieces(body), { objectMode: false });
  }

  async *#pieces(body: Readable): AsyncGenerator<Buffer, void> {
    // One byte is one character, and secrets are ASCII.
    let held = '';
    for await (const chunk of body as AsyncIterable<Buffer>) {
      const clean = this.text(held + chunk.toString('latin1'));
      const end = Math.max(0, clean.length - this.#longest);
      if (end > 0) yield Buffer.from(clean.slice(0, end), 'latin1');
      held = clean.slice(end);
    }
    if (held) yield Buffer.from(held, 'latin1');
  }
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const percent = encodeURIComponent(secret);
  const base64 = [0, 1, 2].map((offset) => insideBase64(bytes, offset));
  const hex = bytes.toString('hex');
  return [
    secret,
    percent,
    percent.replace(/%../g, (code) => code.toLowerCase()),
    ...base64,
    ...base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_')),
    hex,
    hex.toUpperCase(),
  ];
}

/** What Base64 makes of `bytes` wherever they begin `offset` bytes after a multiple of three, without what depends on neighbours. */
function insideBase64(bytes: Buffer, offset: number): string {
  const start = Math.ceil((offset * 8) / 6);
  const end = Math.floor(((offset + bytes.length) * 8) / 6);
  return Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .slice(start, end);
}
