import type { Source } from './line.js';
import { readLog } from './read.js';
import { type Section, SectionTracker } from './section.js';

/** All sections with their durations and lines. Reads the whole log. */
export async function sections(source: Source): Promise<{ sections: Section[]; lines: number }> {
  const tracker = new SectionTracker();
  let lines = 0;
  for await (const { number } of readLog(source, tracker)) lines = number;
  return { sections: tracker.found, lines };
}
