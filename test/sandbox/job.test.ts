import { connectEngine, ensureImages, probeStorage } from '@cofferdam/sandbox';
import { expect, test } from 'vitest';

test('a helper container tells what it printed: the free space at the engine is a number', async () => {
  const engine = await connectEngine();
  const { tools } = await ensureImages(engine.docker);
  expect((await probeStorage(engine, tools)).freeBytes).toBeGreaterThan(0);
});
