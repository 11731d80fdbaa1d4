// Paths as a model reads them, and sizes as a person does.

/**
 * A path for one line of text. A name that could be misread (line breaks, quotes, outer spaces, bytes that are not
 * UTF-8) is written as a JSON string: what stands between the quotes can be used as an argument as it is.
 */
export function showPath(path: string): string {
  const plain = path.isWellFormed() && path.trim() === path && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}"\\]/u.test(path);
  return plain ? path : JSON.stringify(path);
}

/** Bytes as `512 B`, `1.5 KiB`, ... */
export function showSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const amount = bytes / 1024 ** power;
  return `${power === 0 ? amount : amount.toFixed(1)} ${units[power]}`;
}

/** `1 line`, `2 lines`. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
