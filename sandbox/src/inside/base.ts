// The old side of the changes: the snapshot, except where the workspace has something else since changes were applied.
import type { BaseFile } from '../changes/types.js';
import { type RawPath, rawPath } from './raw-path.js';

/** By path; null where the workspace has nothing. What is not in here is as in the snapshot. */
export type Base = ReadonlyMap<RawPath, BaseFile['side']>;

export function baseOf(files: readonly BaseFile[] = []): Base {
  return new Map(files.map(({ path, side }) => [rawPath.fromText(path), side]));
}
