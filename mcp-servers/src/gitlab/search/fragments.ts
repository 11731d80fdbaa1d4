// Pieces of files in which something was found, as `path:line` and numbered lines.
import { clip, reveal } from '../../untrusted/index.js';

/** Characters of one piece, and of all. */
const mostOfOne = 2000;
const most = 60_000;

/** `found` is as the view of blobs makes it. Pieces that do not fit are counted at the end. */
export function showFragments(found: readonly Record<string, unknown>[]): string {
  const pieces: string[] = [];
  let room = most;
  for (const item of found) {
    const piece = fragment(item);
    room -= piece.length;
    if (room < 0) break;
    pieces.push(piece);
  }
  const missing = found.length - pieces.length;
  return [...pieces, ...(missing > 0 ? [`[${missing} more pieces left out for their length]`] : [])].join('\n\n');
}

function fragment({ path, startline, ref, project_id, data }: Record<string, unknown>): string {
  const first = typeof startline === 'number' ? startline : 1;
  const lines = clip(String(data), mostOfOne).replace(/\n$/, '').split('\n');
  const project = project_id === undefined ? '' : `, project ${project_id}`;
  const head = `${path}:${first} (${ref ?? 'default branch'}${project})`;
  const text = [head, ...lines.map((line, index) => `${first + index}\t${line}`)].join('\n');
  return reveal(text, { rendered: false });
}
