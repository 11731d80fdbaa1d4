import type { Place } from './places.js';

/** Every kind counts from elsewhere, so that an id is never mistaken for an iid or for another kind's id. */
const FIRST = {
  user: 1,
  group: 50,
  project: 100,
  token: 500,
  label: 700,
  milestone: 900,
  issue: 10_000,
  issueLink: 15_000,
  mergeRequest: 20_000,
  version: 25_000,
  note: 300_000,
  draftNote: 5_000,
  epic: 40_000,
  workItem: 4_000_000,
  snippet: 6_000,
  pipeline: 70_000,
  job: 8_000_000,
};

type Kind = keyof typeof FIRST;

export class Ids {
  readonly #last = { ...FIRST };
  readonly #lastOf = new Map<Place, Partial<Record<Kind, number>>>();

  /** Unique in the instance. */
  next(kind: Kind): number {
    this.#last[kind] += 1;
    return this.#last[kind];
  }

  /** Unique in a project or group, counted from 1; the next ones count on from one that is `given`. */
  nextIn(place: Place, kind: Kind, given?: number): number {
    const counters = this.#lastOf.get(place) ?? {};
    this.#lastOf.set(place, counters);
    const last = counters[kind] ?? 0;
    const iid = given ?? last + 1;
    counters[kind] = Math.max(last, iid);
    return iid;
  }
}
