// read_file
import { isUtf8 } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import * as z from 'zod';
import { defineTool, readOnly, type Tool, ToolError, type ToolResult } from '../kit/index.js';
import { type Line, type Page, readPage } from './lines.js';
import { imageType, isBinary } from './magic.js';
import { count, showPath, showSize } from './names.js';
import { openFile, readWhole } from './open.js';
import type { Place, Root } from './root.js';
import { binaryError, byteOrderMark, decodeBytes, decodeText, type Encoding } from './text.js';

const maxLines = 2000;
const limits = { maxBytes: 48 * 1024, maxLineBytes: 2000, maxScan: 256 * 1024 * 1024 };
/** The Messages API takes images of 5 MB in base64, which is 3.75 MB of file. */
const maxImage = 3_750_000;

const input = z.strictObject({
  path: z.string(),
  start_line: z.int().min(1).default(1),
  end_line: z.int().min(1).optional().describe('Inclusive'),
});

export function readFileTool(root: Root): Tool {
  return defineTool({
    name: 'read_file',
    title: 'Read file',
    description: `Read a text file as numbered lines (number, tab, text), at most ${maxLines} at once; or look at an image.`,
    input,
    annotations: readOnly,
    async run({ path, start_line: start, end_line: end = start + maxLines - 1 }, { signal }) {
      if (end < start) throw new ToolError('bad-range', 'end_line is before start_line.', 'Swap them.');
      const place = await root.locate(path);
      const { handle, stats } = await openFile(place);
      try {
        const head = await readHead(handle);
        const image = imageType(head);
        if (image) return await showImage(place, handle, stats.size, image);
        const mark = byteOrderMark(head);
        if (!mark && isBinary(head)) throw binaryError(head, stats.size);
        const wide = mark?.encoding.startsWith('UTF-16') ?? false;
        const chunks = wide ? transcoded(place) : content(handle, mark?.length ?? 0, signal);
        const page = await readPage(chunks, { ...limits, start, end: Math.min(end, start + maxLines - 1) });
        return { text: showPage(page, start, wide ? mark?.encoding : undefined) };
      } finally {
        await handle.close();
      }
    },
  });
}

async function readHead(handle: FileHandle): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(8000), 0, 8000, 0);
  return buffer.subarray(0, bytesRead);
}

function content(handle: FileHandle, start: number, signal: AbortSignal): AsyncIterable<Buffer> {
  return handle.createReadStream({ start, signal, autoClose: false, highWaterMark: 256 * 1024 });
}

async function* transcoded(place: Place): AsyncIterable<Buffer> {
  const { bytes } = await readWhole(place);
  yield Buffer.from(decodeText(bytes).content);
}

async function showImage(place: Place, handle: FileHandle, size: number, mimeType: string): Promise<ToolResult<never>> {
  if (size > maxImage) {
    throw new ToolError(
      'too-large',
      `${showPath(place.path)} is an image of ${showSize(size)}; the limit is ${showSize(maxImage)}.`,
      'Make a smaller copy of it with a command.',
    );
  }
  const data = Buffer.alloc(size);
  const { bytesRead } = await handle.read(data, 0, size, 0);
  return {
    text: `${mimeType}, ${showSize(size)}`,
    attachments: [{ type: 'image', mimeType, data: data.toString('base64', 0, bytesRead) }],
  };
}

function showPage({ lines, more, total }: Page, start: number, wide: Encoding | undefined): string {
  if (total === 0) return '[The file is empty.]';
  if (lines.length === 0) {
    throw new ToolError(
      'past-end',
      `The file has ${count(total ?? 0, 'line')}; there is no line ${start}.`,
      'Read an earlier range.',
    );
  }
  const encoding = lines.every(({ bytes, length }) => isUtf8(bytes.length < length ? wholeCharacters(bytes) : bytes))
    ? 'UTF-8'
    : 'Latin-1';
  const dos = lines.some(({ bytes }) => bytes.at(-1) === 0x0d);
  const last = start + lines.length - 1;
  const notes = [
    ...(more ? [`Lines ${start}-${last} of ${total ?? 'many'}. Read on with start_line: ${last + 1}.`] : []),
    ...(wide ? [`The file is ${wide}.`] : encoding === 'Latin-1' ? ['Not UTF-8: shown as Latin-1.'] : []),
    ...(dos ? ['Lines end with CRLF.'] : []),
  ];
  const shown = lines.map((line, index) => `${start + index}\t${showLine(line, encoding)}`);
  return [...shown, ...(notes.length > 0 ? [`\n[${notes.join(' ')}]`] : [])].join('\n');
}

function showLine({ bytes, length }: Line, encoding: Encoding): string {
  if (bytes.length === length) return decodeBytes(bytes, encoding).replace(/\r$/, '');
  const shown = encoding === 'UTF-8' ? wholeCharacters(bytes) : bytes;
  return `${decodeBytes(shown, encoding)} [... line cut: ${showSize(length)} long; grep shows the part around a match]`;
}

/** Without the character that a cut split: at most three bytes at the end. */
function wholeCharacters(bytes: Buffer): Buffer {
  for (let missing = 0; missing <= 3; missing++) {
    const rest = bytes.subarray(0, bytes.length - missing);
    if (isUtf8(rest)) return rest;
  }
  return bytes;
}
