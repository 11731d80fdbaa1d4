import { name } from '../names.js';
import type { FoundSkill } from './find.js';

const maxDescription = 300;

/** For the system prompt. */
export function describeSkills(skills: readonly FoundSkill[]): string {
  const lines = skills.map(
    ({ name: skill, description, from }) =>
      `- ${skill} (${from}'s): ${name(description.replace(/\s+/g, ' '), maxDescription)}`,
  );
  return `# Skills\nHow to do certain kinds of work; load_skill shows one. Those of the repository rank like its instructions.\n${lines.join('\n')}`;
}
