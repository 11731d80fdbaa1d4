// Shows on stderr what a long step is doing: one line that is rewritten on a terminal, a line now and then elsewhere.
import { stripVTControlCharacters } from 'node:util';
import type { Progress } from './check.js';

const quietMs = 5_000;

/** Runs `work` while showing its steps and the seconds since it began. */
export async function withProgress<T>(
  title: string,
  work: (progress: Progress) => Promise<T>,
  stream: NodeJS.WriteStream = process.stderr,
): Promise<T> {
  const begun = Date.now();
  let step = '';
  let shownAt = 0;
  const show = () => {
    const seconds = Math.round((Date.now() - begun) / 1000);
    const line = `… ${title} ${seconds} s  ${step}`;
    if (stream.isTTY) stream.write(`\r\x1b[K${line.slice(0, stream.columns - 1)}`);
    else if (Date.now() - shownAt >= quietMs) {
      shownAt = Date.now();
      stream.write(`${line}\n`);
    }
  };
  const timer = setInterval(show, stream.isTTY ? 200 : quietMs);
  try {
    return await work((text) => {
      step = printable(text);
      show();
    });
  } finally {
    clearInterval(timer);
    if (stream.isTTY) stream.write('\r\x1b[K');
  }
}

function printable(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
}
