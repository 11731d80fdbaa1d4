// What stands in a conversation's place after compaction. All but the summary is the program's: it cannot be forgotten, or
// talked out of.
import { effective, type PlanStep, type Session, type SessionEvent, type UserBlock } from '../../session/index.js';
import { fenceText } from '../results/index.js';
import { modeNote } from '../told.js';
import { decisionsIn } from './decisions.js';
import { lastSteps } from './last-steps.js';
import { shorten } from './shorten.js';

const maxSummary = 24_000;
/** Characters of the first and of the latest prompt; of each other. */
const maxPrompt = 30_000;
const maxOtherPrompt = 600;
const maxPrompts = 40;
const maxImages = 4;

type Message = Extract<SessionEvent, { kind: 'message' }>;

/** `summary` is the model's; '' where it gave none. */
export function recordOf(session: Session, summary: string): UserBlock[] {
  const events = effective(session.events());
  const { plan, planApproved, mode } = session.conversation;
  const prompts = events.flatMap((event) => (event.kind === 'message' && event.from === 'user' ? [event] : []));
  const known = [
    '[Cofferdam] The conversation so far was replaced by this record, to make room. What the user said and decided is kept as it was; the summary is what you wrote about the rest.',
    `# What the user said\n\n${describePrompts(prompts)}`,
    `# The plan\n\n${describePlan(plan, planApproved)}`,
    `# What the user decided\n\n${decisionsIn(events)}`,
  ];
  const told = summary === '' ? '(There is none: the model could not be asked.)' : shorten(summary, maxSummary);
  const rest = [
    `# Your summary\n\n${fenceText('your summary of the conversation', told)}`,
    `# The last steps\n\n${fenceText('the last steps', lastSteps(session.conversation.messages))}`,
    'Tools that find_tools loaded must be found again, and files read again where their exact content matters. Go on from here: with what the user says below, if anything, else with what is unfinished.',
  ];
  return [
    { type: 'text', text: [...known, ...rest].join('\n\n') },
    { type: 'text', text: modeNote(mode) },
    ...attachments(prompts.at(-1)),
  ];
}

function describePrompts(prompts: readonly Message[]): string {
  const first = Math.max(1, prompts.length - maxPrompts + 1);
  return prompts
    .flatMap((prompt, i) => {
      if (i > 0 && i < first) return [];
      const whole = i === 0 || i === prompts.length - 1;
      return [`## Prompt ${i + 1}\n${shorten(textOf(prompt), whole ? maxPrompt : maxOtherPrompt)}`];
    })
    .join('\n\n');
}

function textOf({ content }: Message): string {
  return content
    .map((block) => {
      if (block.type === 'text') return block.text;
      return block.type === 'image' ? '[an image]' : `[attached: ${JSON.stringify(block.name.slice(0, 200))}]`;
    })
    .join('\n');
}

/** Of the latest prompt: what it is about may be in them. */
function attachments(prompt: Message | undefined): UserBlock[] {
  const blocks = prompt?.content.filter(({ type }) => type !== 'text') ?? [];
  const images = blocks.filter(({ type }) => type === 'image').slice(0, maxImages);
  const small = blocks.filter((block) => block.type === 'resource' && block.text.length <= maxOtherPrompt * 20);
  return [...images, ...small.slice(0, maxImages)];
}

const marks = { done: 'x', in_progress: '>', pending: ' ' } as const;

function describePlan(plan: readonly PlanStep[], approved: boolean): string {
  if (plan.length === 0) return 'There is none yet.';
  const steps = plan.map(({ title, status }) => `- [${marks[status]}] ${title}`);
  return [...(approved ? ['The user approved it. (x: done, >: in progress)'] : []), ...steps].join('\n');
}
