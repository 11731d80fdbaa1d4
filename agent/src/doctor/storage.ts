// The engine has room for copies of workspaces, and can stack them.
import { connectEngine, imageNames, probeStorage } from '@cofferdam/sandbox';
import type { Check } from './check.js';

const GiB = 1024 ** 3;
const least = 1 * GiB;
const comfortable = 5 * GiB;

export const storageCheck: Check = {
  name: 'Storage',
  needs: ['Images'],
  async look() {
    const { tools } = await imageNames();
    const { freeBytes, overlayProblem } = await probeStorage(await connectEngine(), tools);
    const free = `${(freeBytes / GiB).toFixed(1)} GiB free at the engine`;
    const makeRoom = 'docker system prune';
    if (freeBytes < least) return { state: 'problem', detail: free, remedy: makeRoom };
    if (freeBytes < comfortable) return { state: 'warning', detail: free, remedy: makeRoom };
    if (overlayProblem === undefined) return { state: 'ok', detail: `${free}, overlay volumes work` };
    return {
      state: 'warning',
      detail: `overlay volumes do not work (${overlayProblem}); every session makes a full copy`,
      remedy: 'Use an engine with root on a local Linux file system such as ext4 or xfs.',
    };
  },
};
