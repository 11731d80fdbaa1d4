// Lists and boards open an item beside themselves, and say which in the address: `show` is base64 of
// `{"iid":"12","full_path":"acme/shop","id":4711}`.
import * as z from 'zod';
import { groupPath, projectPath } from './paths.js';
import { numberFrom, type Place, type Reference } from './reference.js';

const shown = z.object({ iid: z.coerce.string(), full_path: z.string() });

/** `list` is the name of the page. A list of a group holds items of its projects, and items of its own. */
export function openedItem(list: string, place: Place, { searchParams }: URL): Reference | undefined {
  const { iid: number, full_path = '' } = read(searchParams.get('show')) ?? {};
  const iid = numberFrom(number);
  if (iid === undefined) return undefined;
  if (list.startsWith('epic')) {
    const group = groupPath(full_path);
    return group ? { kind: 'epic', group, iid } : undefined;
  }
  if ('group' in place && place.group === full_path) return { kind: 'work_item', group: full_path, iid };
  const project = projectPath(full_path);
  return project ? { kind: list === 'work_items' ? 'work_item' : 'issue', project, iid } : undefined;
}

function read(show: string | null): z.infer<typeof shown> | undefined {
  if (!show) return undefined;
  try {
    return shown.safeParse(JSON.parse(Buffer.from(show, 'base64').toString())).data;
  } catch {
    return undefined;
  }
}
