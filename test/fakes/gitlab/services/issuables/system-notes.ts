// The notes GitLab writes by itself when something of an issue or merge request changes.
import type { Noteable, User } from '../../world/types.js';
import type { World } from '../../world/world.js';

export function systemNote(world: World, noteable: Noteable, author: User, body: string): void {
  world.addNote(noteable, { author, body, system: true });
}

/** `assigned to @ada and unassigned @bob`; undefined where nobody changed. */
export function peopleChanged(
  before: readonly User[],
  after: readonly User[],
  verbs: { added: string; removed: string },
) {
  const sentence = (verb: string, users: readonly User[]) =>
    users.length > 0 ? [`${verb} ${list(users.map(({ username }) => `@${username}`))}`] : [];
  const parts = [
    ...sentence(
      verbs.added,
      after.filter((user) => !before.includes(user)),
    ),
    ...sentence(
      verbs.removed,
      before.filter((user) => !after.includes(user)),
    ),
  ];
  return parts.length > 0 ? parts.join(' and ') : undefined;
}

/** `January 31, 2026` */
export function longDate(date: string): string {
  return new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(date));
}

/** `a, b and c` */
function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
