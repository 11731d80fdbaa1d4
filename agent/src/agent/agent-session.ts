// One live session: whoever speaks to the user drives it through this.
import { join } from 'node:path';
import { type Context, openContext } from '../context/index.js';
import { AgentError, explain, isExpected } from '../errors.js';
import type { ApplyReport, ChangeSet } from '../keeper/index.js';
import { closeOpenCalls, type LiveEvent, type Outcome, planName, planTool, run } from '../loop/index.js';
import type { Model } from '../model/index.js';
import type { Approver, Policy, SessionMode } from '../policy/index.js';
import { forkLog, newSessionId, type PlanStep, type Session, sessionFolder, type UserBlock } from '../session/index.js';
import { abortable } from './abortable.js';
import { type Asker, rememberingApprover } from './always.js';
import { Bench } from './bench.js';
import { keepCheckpoint, RunCheckpoints } from './checkpoints.js';
import { type Narrower, narrowed } from './narrower.js';
import { Cancelled, type Run, Turns } from './turns.js';
import type { Workbench } from './workbench.js';

export interface AgentSessionOptions {
  id: string;
  session: Session;
  home: string;
  policy: Policy;
  /** Narrow those of the policy. */
  limits?: Narrower | undefined;
  /** Throws AgentError, `no-key` among others. */
  createModel(name: string): Promise<Model>;
  openWorkbench(session: Session, signal: AbortSignal): Promise<Workbench>;
  asker: Asker;
  show(event: LiveEvent): void;
}

export class AgentSession {
  readonly id: string;
  readonly session: Session;
  readonly #options: AgentSessionOptions;
  readonly #closing = new AbortController();
  readonly #bench: Bench;
  readonly #turns = new Turns();
  #policy: Policy;
  #model: Model | undefined;
  #context: Promise<Context> | undefined;

  constructor(options: AgentSessionOptions) {
    this.id = options.id;
    this.session = options.session;
    this.#options = options;
    this.#policy = options.policy;
    this.#bench = new Bench({
      session: options.session,
      open: () => options.openWorkbench(options.session, this.#closing.signal),
      lost: () => {
        options.show({ kind: 'progress', text: 'A tool server has ended; the sandbox is opened again.' });
        this.#context = undefined;
      },
    });
  }

  get isRunning(): boolean {
    return this.#turns.isRunning;
  }

  get policy(): Policy {
    return this.#policy;
  }

  /** The name of the model that answers. */
  get modelName(): string {
    return this.session.facts.model;
  }

  /**
   * Says something to the agent. While it works, the message reaches it at the next step, and both callers get the same
   * outcome. Throws `session-write`; then nothing was said.
   */
  async prompt(content: UserBlock[]): Promise<Outcome> {
    const { busy } = this.#turns;
    if (busy) await busy;
    this.session.record({ kind: 'message', from: 'user', content });
    return this.#turns.join(this.#run);
  }

  /** Goes on from where it stopped. */
  async resume(): Promise<Outcome> {
    const { busy } = this.#turns;
    if (busy) await busy;
    const { conversation } = this.session;
    const isUnfinished = conversation.messages.length > 0 && !conversation.atRest;
    if (this.isRunning || isUnfinished) return this.#turns.join(this.#run);
    return this.prompt([{ type: 'text', text: 'Go on.' }]);
  }

  /** Stops the current step; what was done and said stays. */
  cancel(): void {
    this.#turns.cancel();
  }

  /** Holds from the next call on; the model is told when it is asked next. */
  setMode(mode: SessionMode): void {
    if (mode !== this.session.conversation.mode) this.session.record({ kind: 'mode', mode });
  }

  /** Takes effect with the next run. Throws AgentError `usage` for a model that the policy does not allow. */
  setModel(name: string): void {
    this.#policy.checkModel(name);
    if (name === this.modelName) return;
    this.session.record({ kind: 'model', name });
    this.#model = undefined;
    this.#context = undefined;
  }

  /** The plan as the user wants it; the model is told. */
  editPlan(steps: PlanStep[], { approve = false } = {}): void {
    this.session.record({ kind: 'plan', steps, by: 'user' });
    if (approve) this.session.record({ kind: 'approval', subject: 'plan', tool: planName, allowed: true });
    const list = steps.map(({ title, status }) => `- ${title} (${status.replace('_', ' ')})`).join('\n');
    const text = `The user edited the plan${approve ? ' and approved it' : ''}. It is now:\n${list}`;
    this.session.record({ kind: 'message', from: 'cofferdam', content: [{ type: 'text', text }] });
  }

  /** Conversation and files as they were before a prompt. Throws AgentError `usage` where that cannot be, and what the keeper throws. */
  rewind(prompt: number): Promise<void> {
    return this.#turns.alone(async () => {
      this.#checkPrompt(prompt);
      const checkpoint = this.session.facts.checkpointBefore(prompt);
      if (checkpoint === null) {
        throw usage(`The files before prompt ${prompt} were not kept.`, 'Go back to another prompt.');
      }
      await this.#bench.open({ again: true });
      this.session.record({ kind: 'rewound', prompt, checkpoint });
      await this.open(); // with the files of the checkpoint
    });
  }

  /** Another session that goes on from here, or from before a prompt; answers its id. This one stays as it is. */
  async fork(prompt?: number): Promise<string> {
    if (prompt !== undefined) {
      this.#checkPrompt(prompt);
      return this.#fork(prompt);
    }
    return this.#turns.alone(async () => {
      const { keeper } = await this.open();
      const next = this.session.conversation.prompt + 1;
      await keepCheckpoint(this.session, keeper, next);
      return this.#fork(next);
    });
  }

  async changes(options: { includeIgnored?: boolean } = {}): Promise<ChangeSet> {
    return (await this.open()).keeper.changes(options);
  }

  async patch(options: { paths?: string[]; maxBytes: number }): Promise<{ patch: string; more: boolean }> {
    return (await this.open()).keeper.patch(options);
  }

  async read(path: string, side: 'old' | 'new', maxBytes: number): Promise<{ text: string | null; more: boolean }> {
    return (await this.open()).keeper.read({ path, side, maxBytes });
  }

  /** Writes the changes, or those to `paths`, to the workspace. */
  async apply(paths?: string[]): Promise<ApplyReport> {
    const report = await (await this.open()).keeper.apply(paths);
    this.session.record({ kind: 'applied', ...report });
    return report;
  }

  /** Makes room in the context. */
  compact(): Promise<void> {
    return this.#turns.alone(async (signal) => {
      closeOpenCalls(this.session); // of a run that crashed, or that was gone back into
      const context = await abortable(this.#openContext(), signal);
      await context.compact(signal);
    });
  }

  /**
   * Opens sandbox and servers, if they are not yet, with the files as they should be; a failure is tried again by the next
   * call. Those that ended are opened again between runs.
   */
  open(): Promise<Workbench> {
    return this.#bench.openWithFiles({ again: !this.isRunning });
  }

  /** Ends what runs and lets go of everything. The sandbox stays, unless it is to be removed. */
  async close({ removeSandbox = false } = {}): Promise<void> {
    this.cancel();
    await this.#turns.over();
    // The end of it all ends the keeper's calls as well.
    if (!removeSandbox) this.#closing.abort(new Cancelled());
    const workbench = await this.#bench.current();
    try {
      if (removeSandbox) await workbench?.keeper.close();
    } finally {
      this.#closing.abort(new Cancelled());
      await workbench?.close();
      this.session.close();
    }
  }

  async #fork(prompt: number): Promise<string> {
    const { keeper } = await this.open();
    const { facts, conversation } = this.session;
    const checkpoint = facts.checkpointBefore(prompt);
    if (checkpoint === null) throw usage('The files at that point were not kept.', 'Fork from another prompt.');
    const id = newSessionId();
    const { home } = this.#options;
    const { id: sandbox } = await keeper.fork(checkpoint, join(sessionFolder(home, id), 'checkpoints'));
    const isWhole = prompt > conversation.prompt;
    forkLog(home, { from: this.id, id, prompt: isWhole ? undefined : prompt, sandbox, checkpoint });
    return id;
  }

  readonly #run: Run = async (signal, over) => {
    let workbench: Workbench;
    try {
      workbench = await abortable(this.#bench.openWithFiles({ again: true }), signal);
      await abortable(this.#openContext(), signal);
    } catch (error) {
      return this.#failed(error, signal);
    }
    const { keeper, toolbox } = workbench;
    const { session } = this;
    const { show } = this.#options;
    const approver = this.#approver();
    const checkpoints = new RunCheckpoints(session, keeper);
    for (;;) {
      const context = await this.#openContext();
      const outcome = await run({
        model: await this.#openModel(),
        toolbox,
        own: context.own,
        session,
        context,
        policy: () => this.#policy,
        approver,
        limits: narrowed(this.#policy.limits, this.#options.limits),
        signal,
        ready: () => checkpoints.ready(),
        show,
      });
      // Said after the last step and before the stop: that is another run.
      if (outcome.reason === 'done' && !session.conversation.atRest) continue;
      over();
      await checkpoints.end();
      return outcome;
    }
  };

  /** What could not even begin is told like a run that failed. */
  #failed(error: unknown, signal: AbortSignal): Outcome {
    if (!signal.aborted && !isExpected(error)) throw error;
    const outcome: Outcome = signal.aborted
      ? { reason: 'interrupted', message: 'Interrupted.' }
      : { reason: 'failed', message: explain(error) };
    this.session.record({ kind: 'stop', ...outcome });
    return outcome;
  }

  #approver(): Approver {
    const { asker, home } = this.#options;
    return rememberingApprover(asker, {
      home,
      changed: async () => {
        this.#policy = await this.#policy.reload();
      },
      onFailure: (text) => this.session.record({ kind: 'notice', text }),
    });
  }

  async #openModel(): Promise<Model> {
    this.#model ??= await this.#options.createModel(this.modelName);
    return this.#model;
  }

  #openContext(): Promise<Context> {
    this.#context ??= this.#makeContext().catch((error: unknown) => {
      this.#context = undefined;
      throw error;
    });
    return this.#context;
  }

  async #makeContext(): Promise<Context> {
    const { toolbox, folder } = await this.open();
    const { home, show } = this.#options;
    return openContext({
      session: this.session,
      toolbox,
      model: await this.#openModel(),
      home,
      folder,
      own: [planTool(this.session, this.#approver())],
      onProgress: (text) => show({ kind: 'progress', text }),
    });
  }

  #checkPrompt(prompt: number): void {
    const last = this.session.conversation.prompt;
    if (Number.isInteger(prompt) && prompt >= 1 && prompt <= last) return;
    throw usage(`There is no prompt ${prompt}; the last one is ${last}.`, 'Name one from 1 on.');
  }
}

function usage(message: string, remedy: string): AgentError {
  return new AgentError('usage', message, remedy);
}
