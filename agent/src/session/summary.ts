// A session in a few words, for lists.
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { effective } from './effective.js';
import type { LoggedEvent, SessionEvent, UserBlock } from './events.js';
import { Totals } from './totals.js';

const summarySchema = z.object({
  id: z.string(),
  workspace: z.string(),
  model: z.string(),
  mode: z.string(),
  /** ISO 8601, UTC. */
  createdAt: z.string(),
  updatedAt: z.string(),
  /** The user's first words. */
  title: z.string(),
  /** Without those that were gone back from. */
  prompts: z.number(),
  /** How it last stopped; null while it runs or after a crash. */
  stopped: z.string().nullable(),
  /** US dollars; null where a price is not known. */
  cost: z.number().nullable(),
  /** The sandbox that holds the session's copy. */
  sandbox: z.string().nullable(),
  forkedFrom: z.string().nullable(),
});
export type SessionSummary = z.infer<typeof summarySchema>;

/** Undefined for a log in which the session never began. */
export function summarise(events: readonly LoggedEvent[]): SessionSummary | undefined {
  const [first] = events;
  if (first?.kind !== 'session') return undefined;
  const totals = new Totals();
  for (const event of events) totals.apply(event);
  const standing = effective(events);
  const prompts = standing.filter((event) => event.kind === 'message' && event.from === 'user');
  const last = standing.findLast(({ kind }) => kind === 'stop' || kind === 'message' || kind === 'answer');
  const latest = <Kind extends SessionEvent['kind']>(kind: Kind) =>
    events.findLast((event): event is Extract<LoggedEvent, { kind: Kind }> => event.kind === kind);
  return {
    id: first.id,
    workspace: first.workspace,
    model: latest('model')?.name ?? first.model,
    mode: latest('mode')?.mode ?? first.mode,
    createdAt: first.time,
    updatedAt: events.at(-1)?.time ?? first.time,
    title: titleOf(prompts[0]),
    prompts: prompts.length,
    stopped: last?.kind === 'stop' ? last.reason : null,
    cost: totals.cost,
    sandbox: latest('sandbox')?.id ?? null,
    forkedFrom: first.forkedFrom?.session ?? null,
  };
}

/** What `read` makes of the log is kept beside it until the log grows: a list of hundreds reads no logs. Throws what `read` throws. */
export function cachedSummary(log: string, read: () => readonly LoggedEvent[]): SessionSummary | undefined {
  const file = `${log}.summary`;
  const { size, mtimeMs } = statSync(log);
  const key = `${size} ${mtimeMs}`;
  const kept = readCache(file);
  if (kept?.key === key) return kept.summary;
  const summary = summarise(read());
  if (summary) writeCache(file, { key, summary });
  return summary;
}

const cacheSchema = z.object({ key: z.string(), summary: summarySchema });

function readCache(file: string): z.infer<typeof cacheSchema> | undefined {
  try {
    return cacheSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined; // none yet, or half of one: it is made anew
  }
}

function writeCache(file: string, content: z.infer<typeof cacheSchema>): void {
  const unfinished = `${file}.${process.pid}`;
  try {
    writeFileSync(unfinished, JSON.stringify(content), { mode: 0o600 });
    renameSync(unfinished, file);
  } catch {
    // A full or read-only disk makes lists slower and nothing else.
  }
}

function titleOf(prompt: SessionEvent | undefined): string {
  return prompt?.kind === 'message' ? textOf(prompt.content) : '';
}

export function textOf(content: readonly UserBlock[]): string {
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}
