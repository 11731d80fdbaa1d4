// Paired measurements: ours and the peer's in turn, in one process, so that a noisy machine disturbs both alike.

export interface Figure {
  name: string;
  /** What ours is held against. */
  peer: string;
  unit: 'ms' | 'MB' | 'kB' | 'tokens';
  runs: number;
  ours: number;
  peers: number;
  /** Median of the pairs' ratios ours / peer. */
  ratio: number;
  /** Not to be exceeded. */
  limit: number;
  /** What the limit is set on: the ratio, `ours` itself, or what ours adds to the peer's. */
  limits: 'ratio' | 'ours' | 'added';
  met: boolean;
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
  const samples = await alternate(
    about.runs,
    () => time(ours),
    () => time(peer),
  );
  return figure({ ...about, unit: 'ms' }, samples);
}

export interface Samples {
  ours: number[];
  peers: number[];
}

/** One sample of each side a run, changing who goes first. */
export async function alternate(
  runs: number,
  ours: () => Promise<number>,
  peer: () => Promise<number>,
): Promise<Samples> {
  const samples: Samples = { ours: [], peers: [] };
  for (let run = 0; run < runs; run += 1) {
    if (run % 2 === 0) samples.ours.push(await ours());
    samples.peers.push(await peer());
    if (run % 2 === 1) samples.ours.push(await ours());
  }
  return samples;
}

type About = Pick<Figure, 'name' | 'peer' | 'unit' | 'limit'> & { limits?: Figure['limits'] };

/** Medians, or another quantile, of both sides; the ratio is that of the pairs. */
export function figure({ limits = 'ratio', ...about }: About, { ours, peers }: Samples, at = 0.5): Figure {
  const mine = quantile(ours, at);
  const theirs = quantile(peers, at);
  const ratio =
    at === 0.5
      ? quantile(
          ours.map((value, i) => value / (peers[i] ?? Number.NaN)),
          at,
        )
      : mine / theirs;
  const held = { ratio, ours: mine, added: mine - theirs }[limits];
  return { ...about, runs: ours.length, ours: mine, peers: theirs, ratio, limits, met: held <= about.limit };
}

function quantile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = at * (sorted.length - 1);
  const [low = Number.NaN, high = low] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low + (high - low) * (place - Math.floor(place));
}
