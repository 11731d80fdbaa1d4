// What a session knows of itself besides the conversation: computed from its events one by one.
import type { SessionEvent } from './events.js';

type Start = Extract<SessionEvent, { kind: 'session' }>;

export class Facts {
  start: Start | undefined;
  /** The name of the model that answers. */
  model = '';
  /** The sandbox that holds the files. */
  sandbox: string | undefined;
  /** True when the project behind the workspace was looked for. */
  projectIsKnown = false;
  /** Checkpoints made so far, also those that rewinding made useless: names are never used twice. */
  checkpointCount = 0;
  /** The latest checkpoint that still counts. */
  checkpoint: string | undefined;
  /** A checkpoint that was gone back to, and of which nobody knows whether the files are back. */
  unrestored: string | undefined;
  /** By prompt: the files as they were before it; null where they could not be kept. */
  readonly #before = new Map<number, string | null>();

  apply(event: SessionEvent): void {
    switch (event.kind) {
      case 'session':
        this.start = event;
        this.model = event.model;
        break;
      case 'model':
        this.model = event.name;
        break;
      case 'project':
        this.projectIsKnown = true;
        break;
      case 'sandbox':
        this.sandbox = event.id;
        if (event.restored !== undefined) this.unrestored = undefined;
        break;
      case 'checkpoint':
        this.checkpointCount += 1;
        this.#before.set(event.prompt, event.name);
        this.checkpoint = event.name ?? this.checkpoint;
        break;
      case 'rewound':
        for (const prompt of this.#before.keys()) if (prompt >= event.prompt) this.#before.delete(prompt);
        this.checkpoint = event.checkpoint ?? this.checkpoint;
        this.unrestored = event.checkpoint ?? undefined;
        break;
    }
  }

  /** Whether it was tried to keep the files before this prompt. */
  hasCheckpoint(prompt: number): boolean {
    return this.#before.has(prompt);
  }

  checkpointBefore(prompt: number): string | null {
    return this.#before.get(prompt) ?? null;
  }
}
