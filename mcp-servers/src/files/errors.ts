// What the operating system refuses, in words that tell the model what to do.
import { ToolError } from '../kit/index.js';
import { showPath } from './names.js';

const known: Record<string, readonly [code: string, problem: string, remedy: string]> = {
  ENOENT: ['not-found', 'There is no such file or folder', 'Look for it with glob or list_directory.'],
  ENOTDIR: ['not-a-directory', 'A part of the path is not a folder', 'Look with list_directory which part is a file.'],
  EISDIR: ['is-a-directory', 'This is a folder', 'Use list_directory for a folder.'],
  EEXIST: ['exists', 'Something is there already', 'Look at it with stat, or choose another name.'],
  ENOTEMPTY: ['not-empty', 'The folder is not empty', 'Look at it with list_directory.'],
  EACCES: ['not-permitted', 'Permission was denied', 'Leave it as it is, or ask the user to change its permissions.'],
  EPERM: ['not-permitted', 'The operation is not permitted', 'Leave it as it is, or ask the user.'],
  EROFS: ['read-only', 'The file system is read-only', 'Tell the user: nothing can be changed here.'],
  ENOSPC: ['disk-full', 'The disk is full', 'Delete what is not needed, or tell the user.'],
  EDQUOT: ['disk-full', 'The disk quota is used up', 'Delete what is not needed, or tell the user.'],
  ELOOP: ['link-loop', 'A symbolic link leads to itself', 'Look at the link with stat.'],
  ENAMETOOLONG: ['bad-path', 'The name is too long', 'Choose a shorter name.'],
  EINVAL: ['bad-path', 'The path cannot be used for this', 'A folder cannot go into itself; else choose another path.'],
  EXDEV: ['other-device', 'The two paths are on different devices', 'Read it, write it anew, and delete the old one.'],
};

/** Turns a Node.js file-system error about `path` into a ToolError; others come back as they are. */
export function explain(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'syscall' in error ? (error as NodeJS.ErrnoException).code : undefined;
  const entry = known[code ?? ''];
  if (!entry) return error;
  const [word, problem, remedy] = entry;
  return new ToolError(word, `${showPath(path)}: ${problem} (${code}).`, remedy, { cause: error });
}
