// The end of a turn: the difference is shown, and what is accepted goes to the workspace.
import type { Change } from '@cofferdam/sandbox';
import { countFiles, describeChange, printable, showPatch } from '../render/index.js';
import type { AgentClient } from './agent-client.js';
import type { Face } from './face.js';
import type { ApplyChoice } from './options.js';

export interface Review {
  /** All that differs from the workspace as it was. */
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
  signal: AbortSignal;
}

export class Reviewer {
  readonly #options: ReviewerOptions;
  /** Changes that are in the workspace, as they were when they were applied. */
  readonly #applied = new Set<string>();
  /** What was shown last: a turn that changes nothing more asks nothing. */
  #shown = '';

  constructor(options: ReviewerOptions) {
    this.#options = options;
  }

  async review(): Promise<Review> {
    const { client, session, face } = this.#options;
    const { view } = face;
    const { changes, ignored, skipped } = await client.request('changes', { sessionId: session });
    for (const { path, reason } of skipped) view.line(`Left out: ${printable(path)}: ${printable(reason)}`);
    const waiting = changes.filter((change) => !this.#applied.has(keyOf(change)));
    if (waiting.length === 0) {
      view.line(`No ${changes.length === 0 ? '' : 'further '}files were changed.`);
      return { changes, applied: [], complete: skipped.length === 0, failed: false };
    }
    if (!face.json) await this.#show(waiting);
    for (const change of waiting) view.line(`  ${describeChange(change)}`);
    if (ignored > 0) view.line(`  and ${ignored} that Git ignores, which are not applied`);

    const paths = await this.#choose(waiting);
    this.#shown = waiting.map(keyOf).join('\n');
    if (paths.length === 0) return { changes, applied: [], complete: false, failed: false };
    const report = await client.request('apply', { sessionId: session, paths });
    for (const change of waiting) if (report.applied.includes(change.path)) this.#applied.add(keyOf(change));
    const failed = report.conflicts.length + report.refused.length > 0;
    const complete = !failed && skipped.length === 0 && paths.length === waiting.length;
    return { changes, applied: report.applied, complete, failed };
  }

  async #show(waiting: readonly Change[]): Promise<void> {
    if (waiting.map(keyOf).join('\n') === this.#shown) return;
    const { client, session, face } = this.#options;
    const paths = waiting.map(({ path }) => path);
    const { patch, more } = await client.request('patch', { sessionId: session, paths });
    face.view.line('');
    const whole = showPatch(patch, face.view) && !more;
    if (!whole) {
      const { sandbox } = await client.request('status', { sessionId: session });
      face.view.line(`… the rest: cofferdam sandbox changes ${sandbox} --patch`);
    }
    face.view.line('');
  }

  async #choose(waiting: readonly Change[]): Promise<string[]> {
    const { apply, face, signal } = this.#options;
    const all = waiting.map(({ path }) => path);
    if (apply === 'all') return all;
    const { console } = face;
    if (apply === 'none' || !console || waiting.map(keyOf).join('\n') === this.#shown) return [];
    const ask = async (question: string) => (await console.ask(question, signal))?.trim().toLowerCase() ?? '';
    const answer = await ask(`Apply ${countFiles(all.length)}? [a]ll, [n]one, [c]hoose: `);
    if (answer === 'a' || answer === 'all') return all;
    if (answer !== 'c' && answer !== 'choose') return [];
    const chosen: string[] = [];
    for (const change of waiting) {
      if (/^y(es)?$/.test(await ask(`  ${describeChange(change)} [y/n]: `))) chosen.push(change.path);
    }
    return chosen;
  }
}

/** The same for a change that is still what it was. */
const keyOf = ({ path, from, kind, newSha256, newMode }: Change): string =>
  JSON.stringify([path, from, kind, newSha256, newMode]);
