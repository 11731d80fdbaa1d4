import { expect, test } from 'vitest';
import { decide } from './decide.js';

const tool = (readOnly: boolean) => ({
  name: 't',
  server: 's',
  description: '',
  inputSchema: { type: 'object' as const },
  readOnly,
});

test.each([
  ['ask', true, false, 'allow'],
  ['ask', false, true, 'ask'],
  ['plan', true, false, 'allow'],
  ['plan', false, false, 'deny'],
  ['plan', false, true, 'allow'],
  ['all', false, false, 'allow'],
] as const)('--approve %s, read-only: %s, plan approved: %s: %s', (mode, readOnly, planApproved, verdict) => {
  expect(decide(tool(readOnly), mode, planApproved).verdict).toBe(verdict);
});
