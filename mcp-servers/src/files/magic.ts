// What a file that is not text seems to be, by its first bytes.

const images = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', 'GIF87a'],
  ['image/gif', 'GIF89a'],
] as const;

const others = [
  ['a PDF document', '%PDF-'],
  ['an ELF program or library', '\x7fELF'],
  ['a WebAssembly module', '\0asm'],
  ['a ZIP archive (or a document or package made of one)', 'PK\x03\x04'],
  ['gzip data', [0x1f, 0x8b]],
  ['xz data', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
  ['Zstandard data', [0x28, 0xb5, 0x2f, 0xfd]],
  ['an SQLite database', 'SQLite format 3\0'],
  ['compiled Java or a Mach-O program', [0xca, 0xfe, 0xba, 0xbe]],
] as const;

/** The MIME type of an image that models can look at. */
export function imageType(head: Buffer): string | undefined {
  if (startsWith(head, 'RIFF') && startsWith(head.subarray(8), 'WEBP')) return 'image/webp';
  return images.find(([, magic]) => startsWith(head, magic))?.[0];
}

/** True by Git's own rule: a NUL byte among the first 8000. */
export function isBinary(head: Buffer): boolean {
  return head.subarray(0, 8000).includes(0);
}

/** A noun phrase such as `gzip data`. */
export function describeBinary(head: Buffer): string {
  return imageType(head) ?? others.find(([, magic]) => startsWith(head, magic))?.[0] ?? 'binary data of no known type';
}

function startsWith(head: Buffer, magic: string | readonly number[]): boolean {
  const wanted = typeof magic === 'string' ? Buffer.from(magic, 'latin1') : Buffer.from(magic);
  return head.subarray(0, wanted.length).equals(wanted);
}
