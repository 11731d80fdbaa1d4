// Git's output as text: NUL-separated fields, names for people, pages of lines.
import { decodePath } from '@cofferdam/sandbox';

/** The fields of `-z` output. */
export function fields(output: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let start = 0; start < output.length; ) {
    const end = output.indexOf(0, start);
    found.push(output.subarray(start, end === -1 ? output.length : end));
    start = end === -1 ? output.length : end + 1;
  }
  return found;
}

/** The fields of `-z` output, decoded as paths. */
export function texts(output: Buffer): string[] {
  return fields(output).map(decodePath);
}

/** A name as a person reads it on one line: quoted as JSON where it holds control characters or bytes that are not UTF-8. */
export function display(path: string): string {
  return !path.isWellFormed() || /[\0-\x1f\x7f"\\]/.test(path) ? JSON.stringify(path) : path;
}

const PAGE_CHARACTERS = 40_000;
const LINE_CHARACTERS = 1_000;

/** At most `limit` lines from `offset` on (and 40,000 characters), with a last line that says how to read on. */
export function page(text: string, { offset, limit }: { offset: number; limit: number }): string {
  const lines = text.replace(/\n$/, '').split('\n');
  const shown: string[] = [];
  let room = PAGE_CHARACTERS;
  for (const line of lines.slice(offset, offset + limit)) {
    const cut = shorten(line);
    room -= cut.length + 1;
    if (room < 0) break;
    shown.push(cut);
  }
  const next = offset + shown.length;
  if (next < lines.length)
    shown.push(`[${lines.length - next} of ${lines.length} lines left: call again with offset ${next}]`);
  return shown.join('\n');
}

function shorten(line: string): string {
  const rest = line.length - LINE_CHARACTERS;
  return rest > 0 ? `${line.slice(0, LINE_CHARACTERS).toWellFormed()} [${rest} characters cut]` : line;
}
