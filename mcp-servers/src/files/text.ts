// Bytes as text and back, without losing a byte.
import { isUtf8 } from 'node:buffer';
import { ToolError } from '../kit/index.js';
import { describeBinary, isBinary } from './magic.js';
import { showSize } from './names.js';

export type Encoding = 'UTF-8' | 'UTF-16LE' | 'UTF-16BE' | 'Latin-1';

export interface Text {
  /** Without the byte order mark. */
  readonly content: string;
  readonly encoding: Encoding;
  readonly byteOrderMark: boolean;
}

const marks: readonly (readonly [Encoding, Buffer])[] = [
  ['UTF-8', Buffer.from([0xef, 0xbb, 0xbf])],
  ['UTF-16LE', Buffer.from([0xff, 0xfe])],
  ['UTF-16BE', Buffer.from([0xfe, 0xff])],
];

/** The encoding that a byte order mark announces, and the mark's length in bytes. */
export function byteOrderMark(head: Buffer): { encoding: Encoding; length: number } | undefined {
  const found = marks.find(([, mark]) => head.subarray(0, mark.length).equals(mark));
  return found && { encoding: found[0], length: found[1].length };
}

/** Throws `binary` for what is not text. Bytes that are neither UTF-8 nor marked as UTF-16 are taken for Latin-1. */
export function decodeText(bytes: Buffer): Text {
  const mark = byteOrderMark(bytes);
  if (!mark && isBinary(bytes)) throw binaryError(bytes, bytes.length);
  const body = bytes.subarray(mark?.length ?? 0);
  const encoding =
    mark && (mark.encoding !== 'UTF-8' || isUtf8(body)) ? mark.encoding : isUtf8(bytes) ? 'UTF-8' : 'Latin-1';
  const byteOrderMarked = encoding === mark?.encoding;
  const content = decodeBytes(byteOrderMarked ? body : bytes, encoding);
  const text = { content, encoding, byteOrderMark: byteOrderMarked };
  if (!encodeText(text).equals(bytes)) throw binaryError(bytes, bytes.length);
  return text;
}

/** The exact inverse of `decodeText`. */
export function encodeText({ content, encoding, byteOrderMark }: Text): Buffer {
  const mark = byteOrderMark ? marks.find(([name]) => name === encoding)?.[1] : undefined;
  const body = encodeBytes(content, encoding);
  return mark ? Buffer.concat([mark, body]) : body;
}

/** What tells a model that a file is not text, how large it is and what it seems to be. */
export function binaryError(head: Buffer, size: number): ToolError {
  return new ToolError(
    'binary',
    `This is not text but ${describeBinary(head)}, ${showSize(size)}.`,
    'Look at it with a command made for this type, or leave it.',
  );
}

export function decodeBytes(bytes: Buffer, encoding: Encoding): string {
  if (encoding === 'UTF-8') return bytes.toString('utf8');
  if (encoding === 'Latin-1') return bytes.toString('latin1');
  return (encoding === 'UTF-16BE' ? swapped(bytes) : bytes).toString('utf16le');
}

function encodeBytes(content: string, encoding: Encoding): Buffer {
  if (encoding === 'UTF-8') return Buffer.from(content, 'utf8');
  if (encoding === 'Latin-1') return Buffer.from(content, 'latin1');
  const bytes = Buffer.from(content, 'utf16le');
  return encoding === 'UTF-16BE' ? swapped(bytes) : bytes;
}

/** A copy with the bytes of each pair exchanged; a last odd byte is dropped. */
function swapped(bytes: Buffer): Buffer {
  return Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2))).swap16();
}
