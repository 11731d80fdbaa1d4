import { expect, test } from 'vitest';
import { decide } from './decide.js';

const tool = (readOnly: boolean, outward: boolean) => ({
  name: 't',
  server: 's',
  description: '',
  inputSchema: { type: 'object' as const },
  readOnly,
  outward,
});

test.each([
  ['ask', 'reads', false, 'allow'],
  ['ask', 'changes the copy', true, 'ask'],
  ['plan', 'reads', false, 'allow'],
  ['plan', 'reads outside', false, 'allow'],
  ['plan', 'changes the copy', false, 'deny'],
  ['plan', 'changes the copy', true, 'allow'],
  ['plan', 'acts outside', false, 'deny'],
  ['plan', 'acts outside', true, 'ask'],
  ['all', 'acts outside', false, 'allow'],
] as const)('--approve %s, a tool that %s, plan approved: %s: %s', (mode, what, planApproved, verdict) => {
  const it = tool(what.startsWith('reads'), what.endsWith('outside'));
  expect(decide(it, mode, planApproved).verdict).toBe(verdict);
});
