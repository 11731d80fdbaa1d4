// File names are bytes. Inside this program a path is a string with one character (U+0000-U+00FF) a byte: it can be a
// key, be sorted as Git sorts, be cut at slashes, and loses nothing.
import { decodePath, encodePath } from '../paths.js';

export type RawPath = string;

export const rawPath = {
  toBytes: (path: RawPath): Buffer => Buffer.from(path, 'latin1'),
  fromBytes: (bytes: Buffer): RawPath => bytes.toString('latin1'),
  toText: (path: RawPath): string => decodePath(Buffer.from(path, 'latin1')),
  fromText: (path: string): RawPath => encodePath(path).toString('latin1'),
  join: (folder: RawPath, name: RawPath): RawPath => (folder === '' ? name : `${folder}/${name}`),
  name: (path: RawPath): RawPath => path.slice(path.lastIndexOf('/') + 1),
  /** The root, each folder on the way, and the path itself. */
  wayTo: (path: RawPath): RawPath[] => {
    const names = path.split('/');
    return path === '' ? [''] : ['', ...names.map((_, i) => names.slice(0, i + 1).join('/'))];
  },
  parent: (path: RawPath): RawPath => path.slice(0, Math.max(0, path.lastIndexOf('/'))),
};
