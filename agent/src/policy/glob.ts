// Globs over paths: `*` within a name, `?` one character, `**` any folders, `{a,b}` either; `\` takes a character as it is.
// Not a library's regular expressions, because a repository's policy must not be able to make matching slow.
import { matchesAll, positionsAfter } from './sequence.js';

const anyText = Symbol('*');
const anyLetter = Symbol('?');
const anyFolders = Symbol('**');
type Name = readonly (string | typeof anyText | typeof anyLetter)[];
type Alternative = readonly (Name | typeof anyFolders)[];

export type Glob = readonly Alternative[];

const maxAlternatives = 64;

/** Throws a RangeError that says what is wrong with the glob. */
export function parseGlob(text: string): Glob {
  return expandBraces(text).map((alternative) =>
    alternative
      .replace(/^\.\//, '')
      .split('/')
      .filter((name) => name !== '' && name !== '.')
      .map((name) => (name === '**' ? anyFolders : parseName(name, text))),
  );
}

/** `path` is relative, its names separated by single slashes; `.` for the top. */
export function matchesGlob(glob: Glob, path: string): boolean {
  return glob.some((alternative) => matchesAll<Name | typeof anyFolders, string>(alternative, namesOf(path), folders));
}

/** Whether anything at or below `folder` could match. */
export function reachesGlob(glob: Glob, folder: string): boolean {
  return glob.some(
    (alternative) => positionsAfter<Name | typeof anyFolders, string>(alternative, namesOf(folder), folders).size > 0,
  );
}

/** A glob that matches this path alone. */
export function escapeGlob(path: string): string {
  return path.replace(/[*?{}[\]\\]/g, '\\$&');
}

const folders = {
  isMany: (element: Name | typeof anyFolders) => element === anyFolders,
  fits: (element: Name | typeof anyFolders, name: string) => element !== anyFolders && matchesName(element, name),
};

function matchesName(pattern: Name, name: string): boolean {
  return matchesAll<Name[number], string>(pattern, [...name], {
    isMany: (element) => element === anyText,
    fits: (element, letter) => element === anyLetter || element === letter,
  });
}

function namesOf(path: string): string[] {
  return path === '.' ? [] : path.split('/');
}

function parseName(text: string, whole: string): Name {
  const name: Name[number][] = [];
  const letters = [...text];
  for (let i = 0; i < letters.length; i++) {
    const letter = letters[i] ?? '';
    if (letter === '\\') name.push(letters[++i] ?? '\\');
    else if (letter === '[' || letter === ']')
      throw new RangeError(
        `${whole} holds ${letter}, which is no part of these globs; write \\${letter} for the character itself.`,
      );
    else name.push(letter === '*' ? anyText : letter === '?' ? anyLetter : letter);
  }
  return name;
}

/** `a{b,c{d,e}}` as `ab`, `acd`, `ace`. */
function expandBraces(text: string): string[] {
  const open = findUnescaped(text, '{', 0);
  if (open === -1) return [text];
  const commas = [open];
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    const letter = text[i];
    if (letter === '\\') i++;
    else if (letter === '{') depth++;
    else if (letter === ',' && depth === 1) commas.push(i);
    else if (letter === '}' && --depth === 0) {
      const ends = [...commas.slice(1), i];
      const bodies = commas.map((from, at) => text.slice(from + 1, ends[at]));
      const all = bodies.flatMap((body) => expandBraces(text.slice(0, open) + body + text.slice(i + 1)));
      if (all.length > maxAlternatives) throw new RangeError(`${text} stands for more than ${maxAlternatives} globs.`);
      return all;
    }
  }
  throw new RangeError(`${text} has a { without its }; write \\{ for the character itself.`);
}

function findUnescaped(text: string, wanted: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === wanted) return i;
  }
  return -1;
}
