// The workbench of one session: opened once, opened again where its servers ended, with the files as they should be.
import type { Session } from '../session/index.js';
import { restoreFiles } from './restore.js';
import type { Workbench } from './workbench.js';

export interface BenchOptions {
  session: Session;
  open(): Promise<Workbench>;
  /** Called before it is opened again. */
  lost(): void;
}

/** `again` allows to open it again: not under a run that still works with what is left of it. */
interface Opening {
  again: boolean;
}

export class Bench {
  readonly #options: BenchOptions;
  #workbench: Promise<Workbench> | undefined;
  #restoring: Promise<void> | undefined;

  constructor(options: BenchOptions) {
    this.#options = options;
  }

  /** Undefined where there is none, or none that could be opened. */
  async current(): Promise<Workbench | undefined> {
    return this.#workbench?.catch(() => undefined);
  }

  /** Whatever the files are. A failure is tried again by the next call. */
  open({ again }: Opening): Promise<Workbench> {
    const opening = this.#workbench?.then((bench) => (again && isLost(bench) ? this.#openAgain(bench) : bench));
    const workbench = (opening ?? this.#options.open()).catch((error: unknown) => {
      if (this.#workbench === workbench) this.#workbench = undefined;
      throw error;
    });
    this.#workbench = workbench;
    return workbench;
  }

  /** With the files of the checkpoint that the session went back to, if it did. */
  async openWithFiles(opening: Opening): Promise<Workbench> {
    const workbench = await this.open(opening);
    this.#restoring ??= restoreFiles(this.#options.session, workbench.keeper).finally(() => {
      this.#restoring = undefined;
    });
    await this.#restoring;
    return workbench;
  }

  async #openAgain(lost: Workbench): Promise<Workbench> {
    this.#options.lost();
    await lost.close();
    return this.#options.open();
  }
}

/** As after the engine was restarted. */
function isLost({ toolbox, keeper }: Workbench): boolean {
  return toolbox.isLost || keeper.isLost;
}
