// Questions to the person at the terminal.
import type { Card } from '../acp/extension.js';
import type { CardAnswer } from '../agent/index.js';
import { describeCall, oneLine, planLines, printable, readAnswer } from '../render/index.js';
import type { PlanStep } from '../session/index.js';
import type { Desk } from './desk.js';

type Of<Kind extends Card['kind']> = Extract<Card, { kind: Kind }>;
type Offered = Parameters<typeof readAnswer>[1];

/** Characters of one argument that are shown. */
const mostOfArgument = 2_000;

/** `details` say more than the card. Rejects with the signal's reason when aborted. */
export function askAt(desk: Desk, card: Card, details: readonly string[], signal: AbortSignal): Promise<CardAnswer> {
  signal.throwIfAborted();
  switch (card.kind) {
    case 'plan':
      return aboutPlan(desk, card, signal);
    case 'call':
      return aboutCall(desk, card, signal);
    case 'server':
      return aboutServer(desk, card, details, signal);
    case 'apply':
      return Promise.resolve({ allowed: false, reason: 'The changes are reviewed at the end.' });
  }
}

async function aboutPlan(desk: Desk, { steps }: Of<'plan'>, signal: AbortSignal): Promise<CardAnswer> {
  const { view } = desk;
  let plan: PlanStep[] | undefined;
  for (;;) {
    const question = 'Go ahead with this plan? [y]es, [e]dit, [n]o, or say what to change: ';
    const answer = await put(desk, question, ['yes', 'edit', 'no'], signal);
    if (answer.kind !== 'edit') return { ...answered(answer), ...(plan && { plan }) };
    const { editPlan } = await import('./edit-plan.js');
    plan = (await editPlan(desk, plan ?? steps)) ?? plan;
    view.line(view.paint('bold', 'Plan'));
    for (const line of planLines(plan ?? steps, view.width, view.paint)) view.line(line);
  }
}

async function aboutCall(desk: Desk, card: Of<'call'>, signal: AbortSignal): Promise<CardAnswer> {
  const { view } = desk;
  const { tool, input, reason, decidedBy, always } = card;
  view.line(`${view.paint('yellow', '?')} ${describeCall(tool, input, mostOfArgument)}`);
  for (const line of argumentLines(input)) view.note(line);
  // Of a default the reason says all there is.
  const rule = decidedBy.startsWith('default:') ? '' : ` (${oneLine(decidedBy, 300)})`;
  view.note(`  ${oneLine(reason, 1_000)}${rule}`);
  if (!always) {
    return answered(await put(desk, 'Allow this call? [y]es, [n]o, or say what to change: ', ['yes', 'no'], signal));
  }
  view.note(`  always: allow: ${oneLine(always.allow, 500)}`);
  if (always.deny !== always.allow) view.note(`  don't ask again: deny: ${oneLine(always.deny, 500)}`);
  const question = "Allow this call? [y]es once, [a]lways, [n]o, [d]on't ask again, or say what to change: ";
  return answered(await put(desk, question, ['yes', 'always', 'no', 'never'], signal));
}

async function aboutServer(
  desk: Desk,
  { title }: Of<'server'>,
  details: readonly string[],
  signal: AbortSignal,
): Promise<CardAnswer> {
  const { view } = desk;
  view.line(`${view.paint('yellow', '?')} ${oneLine(title, 500)}`);
  for (const text of details) view.note(text.replace(/^/gm, '  '));
  return answered(await put(desk, "[y]es, [n]o, [d]on't ask again: ", ['yes', 'no', 'never'], signal));
}

type Typed = ReturnType<typeof readAnswer>;

/** Asks until it is an answer: one letter that was not offered is a slip. */
async function put({ console, view }: Desk, question: string, offered: Offered, signal: AbortSignal): Promise<Typed> {
  for (;;) {
    const answer = readAnswer(await console.ask(question, signal), offered);
    if (answer.kind !== 'words' || answer.text.length > 1) return answer;
    view.warn(`${JSON.stringify(answer.text)} is not among the answers.`);
  }
}

function answered(answer: Typed): CardAnswer {
  switch (answer.kind) {
    case 'yes':
      return { allowed: true };
    case 'always':
      return { allowed: true, always: true };
    case 'never':
      return { allowed: false, always: true };
    case 'words':
      return { allowed: false, reason: answer.text };
    default:
      return { allowed: false };
  }
}

/** What the call would do stands in its arguments: all of them are shown, long ones in part. */
function argumentLines(input: Record<string, unknown>): string[] {
  const entries = Object.entries(input);
  if (entries.length < 2) return [];
  return entries.flatMap(([name, value]) => {
    const text = printable(typeof value === 'string' ? value : JSON.stringify(value));
    const shown = text.length > mostOfArgument ? `${text.slice(0, mostOfArgument)}… (${text.length} characters)` : text;
    return `${oneLine(name, 60)}: ${shown}`.split('\n').map((line, i) => (i === 0 ? `  ${line}` : `  │ ${line}`));
  });
}
