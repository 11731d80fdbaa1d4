// The end of a turn: the difference is shown, and what is accepted goes to the workspace.
import type { Change } from '@cofferdam/sandbox';
import { type ChangedFile, countFiles, countLines, describeChange, printable, showPatch } from '../render/index.js';
import type { AgentClient } from './agent-client.js';
import type { Face } from './face.js';
import type { ApplyChoice } from './options.js';

export interface Review {
  /** What the workspace did not have at the end of the turn. */
  changes: Change[];
  /** What of it was written to the workspace now. */
  applied: string[];
  /** Nothing is left in the sandbox that the workspace has not. */
  complete: boolean;
  /** Something that was accepted could not be applied. */
  failed: boolean;
}

export interface ReviewerOptions {
  client: AgentClient;
  session: string;
  apply: ApplyChoice;
  face: Face;
  /** Whether lines are counted, for a summary. */
  counting: boolean;
  signal: AbortSignal;
}

/** Bytes of a patch that lines are counted in. */
const countedPatch = 8_000_000;

export class Reviewer {
  readonly #options: ReviewerOptions;
  /** What was shown last: a turn that changes nothing more asks nothing. */
  #shown = '';
  /** By path: what earlier reviews wrote to the workspace. */
  readonly #applied = new Map<string, ChangedFile>();
  #waiting: ChangedFile[] = [];

  constructor(options: ReviewerOptions) {
    this.#options = options;
  }

  /** All that was changed in any turn, applied or not. */
  get files(): ChangedFile[] {
    const all = new Map(this.#applied);
    for (const file of this.#waiting) all.set(file.change.path, sum(all.get(file.change.path), file));
    return [...all.values()];
  }

  async review(): Promise<Review> {
    const { client, session, face } = this.#options;
    const { view } = face;
    const { changes, ignored, skipped } = await client.request('changes', { sessionId: session });
    for (const { path, reason } of skipped) view.line(`Left out: ${printable(path)}: ${printable(reason)}`);
    this.#waiting = await this.#count(changes);
    if (changes.length === 0) {
      view.line(`No ${this.#applied.size === 0 ? '' : 'further '}files were changed.`);
      return { changes, applied: [], complete: skipped.length === 0, failed: false };
    }
    const key = JSON.stringify(changes);
    const isNews = key !== this.#shown;
    this.#shown = key;
    if (isNews && !face.json) await this.#show();
    for (const change of changes) view.line(`  ${describeChange(change)}`);
    if (ignored > 0) view.line(`  and ${ignored} that Git ignores, which are not applied`);

    const paths = await this.#choose(changes, isNews);
    if (paths.length === 0) return { changes, applied: [], complete: false, failed: false };
    const report = await client.request('apply', { sessionId: session, paths });
    this.#note(report.applied);
    const failed = report.conflicts.length + report.refused.length > 0;
    const complete = !failed && skipped.length === 0 && paths.length === changes.length;
    return { changes, applied: report.applied, complete, failed };
  }

  /** Whether the workspace has now all that the sandbox has. */
  async isComplete(): Promise<boolean> {
    const { client, session } = this.#options;
    const { changes, skipped } = await client.request('changes', { sessionId: session });
    return changes.length === 0 && skipped.length === 0;
  }

  async #show(): Promise<void> {
    const { client, session, face } = this.#options;
    const { patch, more } = await client.request('patch', { sessionId: session });
    face.view.line('');
    const whole = showPatch(patch, face.view) && !more;
    if (!whole) {
      const { sandbox } = await client.request('status', { sessionId: session });
      face.view.line(`… the rest: cofferdam sandbox changes ${sandbox} --patch`);
    }
    face.view.line('');
  }

  async #choose(changes: readonly Change[], isNews: boolean): Promise<string[]> {
    const { apply, face, signal } = this.#options;
    const all = changes.map(({ path }) => path);
    if (apply === 'all') return all;
    const { console } = face;
    if (apply === 'none' || !console || !isNews) return [];
    const ask = async (question: string) => (await console.ask(question, signal))?.trim().toLowerCase() ?? '';
    const answer = await ask(`Apply ${countFiles(all.length)}? [a]ll, [n]one, [c]hoose: `);
    if (answer === 'a' || answer === 'all') return all;
    if (answer !== 'c' && answer !== 'choose') return [];
    const chosen: string[] = [];
    for (const change of changes) {
      if (/^y(es)?$/.test(await ask(`  ${describeChange(change)} [y/n]: `))) chosen.push(change.path);
    }
    return chosen;
  }

  async #count(changes: readonly Change[]): Promise<ChangedFile[]> {
    const { client, session, counting } = this.#options;
    const isWanted = counting && changes.length > 0;
    const params = { sessionId: session, maxBytes: countedPatch };
    const lines = countLines(isWanted ? (await client.request('patch', params)).patch : '');
    return changes.map((change) => ({ change, ...(lines.get(change.path) ?? { added: 0, removed: 0 }) }));
  }

  #note(applied: readonly string[]): void {
    for (const file of this.#waiting) {
      const { path } = file.change;
      if (applied.includes(path)) this.#applied.set(path, sum(this.#applied.get(path), file));
    }
    this.#waiting = this.#waiting.filter(({ change }) => !applied.includes(change.path));
  }
}

function sum(before: ChangedFile | undefined, { change, added, removed }: ChangedFile): ChangedFile {
  return { change, added: added + (before?.added ?? 0), removed: removed + (before?.removed ?? 0) };
}
