// Lets a test act in the middle of an answer without waiting for any time to pass.

export interface Gate {
  /** Resolves once the answer waits here. */
  readonly reached: Promise<void>;
  /** Lets it go on, now or when it gets here. */
  open(): void;
  /** For the answering side. */
  pass(): Promise<void>;
}

export function gate(): Gate {
  let arrive = () => {};
  let open = () => {};
  const reached = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    reached,
    open,
    pass() {
      arrive();
      return opened;
    },
  };
}
