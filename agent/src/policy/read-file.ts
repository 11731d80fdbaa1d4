// Reading policy files. What cannot be read is an error, never an empty policy.
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { correctIt, policyError } from './errors.js';

/** Bytes: a repository's is somebody else's. */
const maxSize = 256 * 1024;

/** Undefined where there is no such file. Throws AgentError `policy`. */
export async function readPolicyFile(file: string, flags = 0): Promise<string | undefined> {
  let handle: FileHandle;
  try {
    // Without O_NONBLOCK a pipe of that name would wait for a writer.
    handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | flags);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    const why = code === 'ELOOP' ? 'it is a symbolic link.' : message;
    throw policyError(file, why, 'Make it a file that you may read, or remove it.', error);
  }
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw policyError(file, 'it is not a regular file.', 'Make it a file, or remove it.');
    if (stats.size > maxSize) throw policyError(file, `it is larger than ${maxSize / 1024} KiB.`, 'Make it shorter.');
    const buffer = Buffer.alloc(maxSize + 1);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    return decode(buffer.subarray(0, Math.min(bytesRead, maxSize)), file);
  } finally {
    await handle.close();
  }
}

/** `.cofferdam/policy.yaml` of a repository: no link may lead out of it. Throws AgentError `policy`. */
export async function readRepositoryPolicy(root: string): Promise<string | undefined> {
  const folder = join(root, '.cofferdam');
  const file = join(folder, 'policy.yaml');
  if (!(await exists(folder))) return undefined;
  let real: string;
  try {
    real = await realpath(folder);
  } catch (error) {
    throw policyError(file, `${folder} leads nowhere.`, 'Make it a folder, or remove it.', error);
  }
  if (!real.startsWith((await realpath(root)) + sep)) {
    throw policyError(file, `${folder} leads out of the repository.`, 'Make it a folder of the repository.');
  }
  return readPolicyFile(file, constants.O_NOFOLLOW ?? 0);
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw policyError(path, (error as Error).message, 'Make it readable, or remove it.', error);
  }
}

function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw policyError(file, 'it is not UTF-8.', correctIt, error);
  }
}
