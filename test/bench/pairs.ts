// Paired measurements: ours and the peer's in turn, in one process, so that a noisy machine disturbs both alike.

export interface Figure {
  name: string;
  /** What ours is held against. */
  peer: string;
  unit: 'ms';
  runs: number;
  ours: number;
  peers: number;
  /** Median of the pairs' ratios ours / peer. */
  ratio: number;
  /** The ratio not to be exceeded. */
  limit: number;
}

/** Milliseconds that `action` takes; it may do untimed work before and after through `prepare` and `cleanUp`. */
export interface Side<T> {
  prepare?(): Promise<void>;
  action(): Promise<T>;
  cleanUp?(result: T): Promise<void>;
}

async function time<T>({ prepare, action, cleanUp }: Side<T>): Promise<number> {
  await prepare?.();
  const start = performance.now();
  const result = await action();
  const elapsed = performance.now() - start;
  await cleanUp?.(result);
  return elapsed;
}

/** Runs both sides in turn after one warm-up each, changing who goes first. */
export async function pair<A, B>(
  about: Pick<Figure, 'name' | 'peer' | 'runs' | 'limit'>,
  ours: Side<A>,
  peer: Side<B>,
  { warmUp = true } = {},
): Promise<Figure> {
  if (warmUp) {
    await time(ours);
    await time(peer);
  }
  const mine: number[] = [];
  const theirs: number[] = [];
  for (let run = 0; run < about.runs; run += 1) {
    if (run % 2 === 0) mine.push(await time(ours));
    theirs.push(await time(peer));
    if (run % 2 === 1) mine.push(await time(ours));
  }
  const ratios = mine.map((value, i) => value / (theirs[i] ?? Number.NaN));
  return { ...about, unit: 'ms', ours: median(mine), peers: median(theirs), ratio: median(ratios) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return ((sorted[middle] ?? Number.NaN) + (sorted[sorted.length % 2 === 0 ? middle - 1 : middle] ?? Number.NaN)) / 2;
}
