// Measures Cofferdam beside its peers; `npm run bench -- --help` lists the options.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { agentFigures } from './agent-figures.js';
import type { Figure } from './pairs.js';
import { changesFigures, execFigures, openFigures, snapshotFigures } from './sandbox-figures.js';
import { serverFigures } from './server-figures.js';
import { makeTree } from './trees.js';

const { values } = parseArgs({
  options: {
    tree: { type: 'string' },
    only: { type: 'string', multiple: true },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const groups = {
  snapshot: snapshotFigures,
  open: openFigures,
  changes: changesFigures,
  exec: execFigures,
  servers: serverFigures,
  agent: agentFigures,
};
const withoutLargeTree = ['exec', 'servers', 'agent'];

const unknown = values.only?.find((name) => !(name in groups));

if (unknown !== undefined) {
  console.error(`There is no group ${JSON.stringify(unknown)}; name one of ${Object.keys(groups).join(', ')}.`);
  process.exitCode = 2;
} else if (values.help) {
  console.log(`usage: npm run bench -- [--tree DIR] [--only ${Object.keys(groups).join('|')}]... [--json]
  --tree DIR   the large repository to measure on; default: one of 78,000 files, made for the occasion`);
} else {
  const home = mkdtempSync(join(tmpdir(), 'cofferdam-bench-home-'));
  const small = makeTree(1_000);
  const wanted = Object.entries(groups).filter(([name]) => values.only?.includes(name) ?? true);
  const needsLarge = wanted.some(([name]) => !withoutLargeTree.includes(name));
  const large = values.tree ?? (needsLarge ? makeTree(78_000) : small);
  const figures: Figure[] = [];
  try {
    for (const [name, measure] of wanted) {
      console.error(`measuring ${name}`);
      const found = await measure({ home, small, large });
      figures.push(...found);
      if (!values.json) console.table(Object.fromEntries(found.map(({ name, ...rest }) => [name, rounded(rest)])));
    }
  } finally {
    for (const folder of [home, small, ...(values.tree ? [] : [large])])
      rmSync(folder, { recursive: true, force: true });
  }
  console.log(JSON.stringify(figures));
}

function rounded({ peer, unit, ours, peers, ratio, limit, limits, met }: Omit<Figure, 'name'>) {
  const fixed = (value: number) => Number(value.toFixed(value < 10 ? 3 : 1));
  return {
    unit,
    ours: fixed(ours),
    peer: fixed(peers),
    ratio: fixed(ratio),
    limit,
    'limit on': limits,
    met,
    against: peer,
  };
}
