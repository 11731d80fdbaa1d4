// File system paths as bytes.

/** The path of an entry of a folder. */
export function childOf(folder: Buffer, name: Buffer): Buffer {
  return Buffer.concat([folder, Buffer.from('/'), name]);
}
