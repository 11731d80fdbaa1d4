import { clip } from '@cofferdam/mcp-servers/untrusted';
import * as z from 'zod';
import { textOutcome } from '../../mcp/index.js';
import { checkedTool, type OwnTool } from '../../tools/index.js';
import { fenceText } from '../results/index.js';
import type { FoundSkill } from './find.js';

const maxBody = 32_000;

const input = z.object({ name: z.string() });

/** The model's own tool that shows a skill. */
export function loadSkillTool(skills: readonly FoundSkill[]): OwnTool {
  return checkedTool(
    'load_skill',
    'Shows a skill: how to do one kind of work. The system prompt lists them.',
    input,
    (wanted) => {
      const skill = skills.find(({ name }) => name === wanted.name);
      if (!skill)
        return textOutcome(`There is no such skill. There are: ${skills.map(({ name }) => name).join(', ')}.`, true);
      const body = clip(skill.body, maxBody, 'too long for a skill') || '(empty)';
      if (skill.from === 'user') return textOutcome(`The user's skill ${skill.name}:\n\n${body}`);
      const told = `The repository's skill ${skill.name}. Its other files are beside it, in the same folder.`;
      return { ...textOutcome(`${told}\n${fenceText(skill.path, body)}`), source: skill.path };
    },
  );
}
