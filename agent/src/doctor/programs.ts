// The programs on the host: Node and Git.
import { runProgram } from '@cofferdam/sandbox';
import type { Check } from './check.js';

const nodeFloor = [20, 19] as const;

export const nodeCheck: Check = {
  name: 'Node.js',
  async look() {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    const isEnough = major > nodeFloor[0] || (major === nodeFloor[0] && minor >= nodeFloor[1]);
    return isEnough
      ? { state: 'ok', detail: process.versions.node }
      : {
          state: 'problem',
          detail: `${process.versions.node} is older than ${nodeFloor.join('.')}`,
          remedy: 'Install Node.js 20.19 or newer from https://nodejs.org/en/download',
        };
  },
};

export const gitCheck: Check = {
  name: 'Git',
  async look() {
    try {
      const version = await runProgram('git', ['--version']);
      return { state: 'ok', detail: version.replace('git version ', '') };
    } catch {
      return { state: 'problem', detail: 'git cannot be run', remedy: 'Install Git: https://git-scm.com/downloads' };
    }
  },
};
