import { homedir } from 'node:os';
import { expect, test } from 'vitest';
import { stateHome } from './home.js';

test.each([
  [{ COFFERDAM_HOME: '/c' }, 'linux', '/c'],
  [{ XDG_DATA_HOME: '/x' }, 'linux', '/x/cofferdam'],
  [{}, 'linux', `${homedir()}/.local/share/cofferdam`],
  [{}, 'darwin', `${homedir()}/Library/Application Support/cofferdam`],
] as const)('%j on %s: %s', (env, platform, home) => {
  expect(stateHome(env, platform)).toBe(home);
});
