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
  /** What is counted up for the names of checkpoints, of which none is used twice: not after going back, nor in a fork. */
  lastCheckpoint = 0;
  /** The latest checkpoint that still counts. */
  checkpoint: string | undefined;
  /** A checkpoint whose files the sandbox should have, and nobody knows whether it does. */
  unrestored: string | undefined;
  /** True when something may have changed files since the last prompt. */
  hasActed = false;
  #prompt = 0;
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
        if (event.restored !== undefined) this.unrestored = undefined;
        // In the place of one that is gone.
        else if (this.sandbox !== undefined && event.id !== this.sandbox) this.unrestored = this.checkpoint;
        this.sandbox = event.id;
        break;
      case 'message':
        if (event.from !== 'user') break;
        this.#prompt += 1;
        this.hasActed = false;
        break;
      case 'tool-start':
        if (event.readOnly) break;
        this.hasActed = true;
        // What was kept for the next prompt is out of date.
        this.#before.delete(this.#prompt + 1);
        break;
      case 'checkpoint':
        this.lastCheckpoint = Math.max(this.lastCheckpoint + 1, numberOf(event.name));
        this.#before.set(event.prompt, event.name);
        this.checkpoint = event.name ?? this.checkpoint;
        break;
      case 'rewound':
        this.#prompt = event.prompt - 1;
        this.hasActed = false;
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

/** `c12` is the twelfth. */
function numberOf(name: string | null): number {
  return Number(/^c(\d{1,9})$/.exec(name ?? '')?.[1] ?? 0);
}
