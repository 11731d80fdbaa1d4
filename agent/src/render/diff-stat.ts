// How many lines a patch adds to and removes from each file.

export interface Lines {
  added: number;
  removed: number;
}

/** By path as it is after the patch, or was where the file goes. Files without text have no entry. */
export function countLines(patch: string): Map<string, Lines> {
  const files = new Map<string, Lines>();
  let current: Lines = { added: 0, removed: 0 };
  let old = '';
  /** Lines of the hunk that are still to come: content may look like a header. */
  let left = { old: 0, new: 0 };
  for (const line of patch.split('\n')) {
    if (left.old > 0 || left.new > 0) {
      const [mark] = line;
      if (mark === '+') current.added += 1;
      if (mark === '-') current.removed += 1;
      if (mark !== '+' && mark !== '\\') left.old -= 1;
      if (mark !== '-' && mark !== '\\') left.new -= 1;
      continue;
    }
    const [, oldCount = '1', newCount = '1'] = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line) ?? [];
    if (line.startsWith('@@ ')) left = { old: Number(oldCount), new: Number(newCount) };
    else if (line.startsWith('--- ')) old = nameIn(line.slice(4));
    else if (line.startsWith('+++ ')) {
      current = { added: 0, removed: 0 };
      files.set(nameIn(line.slice(4)) || old, current);
    }
  }
  return files;
}

/** Without `a/` or `b/`; '' for /dev/null. Git quotes odd names as C does, in octal bytes. */
function nameIn(field: string): string {
  if (field.startsWith('"')) return unquote(field).slice(2);
  const name = field.replace(/\t$/, '');
  return name === '/dev/null' ? '' : name.slice(2);
}

const escapes: Record<string, number> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 };

function unquote(field: string): string {
  const bytes = [...field.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|([^\\])/gsu)].map(
    ([, octal, letter = '', plain]) =>
      octal !== undefined
        ? Buffer.from([Number.parseInt(octal, 8)])
        : plain !== undefined
          ? Buffer.from(plain)
          : Buffer.from([escapes[letter] ?? 63]),
  );
  return Buffer.concat(bytes).toString('utf8');
}
