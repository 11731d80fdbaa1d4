// The images a sandbox runs are in the engine, and current.
import { connectEngine, ensureImages, missingImages } from '@cofferdam/sandbox';
import type { Check } from './check.js';

export const imagesCheck: Check = {
  name: 'Images',
  needs: ['Container engine'],
  async look() {
    const missing = await missingImages((await connectEngine()).docker);
    if (missing.length === 0) return { state: 'ok', detail: 'built and current' };
    return { state: 'problem', detail: `${missing.join(' and ')} not built`, remedy: 'cofferdam doctor --fix' };
  },
  async mend(onProgress) {
    await ensureImages((await connectEngine()).docker, { onProgress });
  },
};
