// What is left of a session's events after it was rewound.
import type { SessionEvent } from './events.js';

/** Facts about the world: going back in the conversation does not undo them. */
const lasting = new Set<SessionEvent['kind']>(['session', 'project', 'sandbox', 'model', 'mode', 'applied', 'notice']);

/** Without what came after a prompt that was gone back to, that prompt included. */
export function effective<Event extends SessionEvent>(events: readonly Event[]): Event[] {
  let kept: Event[] = [];
  for (const event of events) {
    if (event.kind !== 'rewound') {
      kept.push(event);
      continue;
    }
    const start = startOf(kept, event.prompt);
    kept = [...kept.slice(0, start), ...kept.slice(start).filter(({ kind }) => lasting.has(kind))];
  }
  return kept;
}

/** Where the prompt of this number begins; the length where there is none. */
export function startOf(events: readonly SessionEvent[], prompt: number): number {
  let count = 0;
  const at = events.findIndex((event) => event.kind === 'message' && event.from === 'user' && ++count === prompt);
  return at === -1 ? events.length : at;
}
