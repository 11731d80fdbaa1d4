// Questions to the user as requests for permission, and what the answers mean.
import type { PermissionOption, RequestPermissionRequest } from '@agentclientprotocol/sdk';
import { reveal } from '@cofferdam/mcp-servers/untrusted';
import type { ServerQuestion } from '../mcp/third-party/index.js';
import type { Decision, Question } from '../policy/index.js';
import { type Card, metaKeys } from './extension.js';
import { locations } from './paths.js';
import { code, codeBlock, head, oneLine } from './text.js';
import { contentOf, type Surroundings, text } from './tool-updates.js';
import { viewOf } from './tool-view.js';

/** What goes to the client, but for the session's id. */
export type CardRequest = Omit<RequestPermissionRequest, 'sessionId'>;

const maxArguments = 20_000;

const allow: PermissionOption = { optionId: 'allow', kind: 'allow_once', name: 'Allow' };
const reject: PermissionOption = { optionId: 'reject', kind: 'reject_once', name: 'Reject' };

export function callCard(question: Extract<Question, { kind: 'call' }>, { root }: Surroundings): CardRequest {
  const { id, tool, title, input, decision } = question;
  const view = viewOf(tool, input);
  const shown = contentOf({ id, tool, input }, root);
  const always = decision.always;
  const card: Card = {
    kind: 'call',
    tool,
    title,
    input,
    reason: decision.reason,
    decidedBy: describeRule(decision),
    ...(always && { always }),
  };
  return {
    toolCall: {
      toolCallId: id,
      title: view.title,
      name: tool,
      kind: view.kind,
      status: 'pending',
      locations: locations(root, view.places),
      rawInput: input,
      content: [text(whyText(decision)), ...(shown.length > 0 ? shown : [text(argumentsText(input))])],
    },
    options: [
      allow,
      ...(always
        ? [{ optionId: 'allow_always', kind: 'allow_always', name: label('allow', always.allow) } as const]
        : []),
      reject,
      ...(always
        ? [{ optionId: 'reject_always', kind: 'reject_always', name: label('deny', always.deny) } as const]
        : []),
    ],
    _meta: { [metaKeys.card]: card },
  };
}

/** `number` tells the plans of one session apart. */
export function planCard({ steps }: Extract<Question, { kind: 'plan' }>, number: number): CardRequest {
  const list = steps.map(({ title }, i) => `${i + 1}. ${oneLine(title, 300)}`).join('\n');
  const card: Card = { kind: 'plan', steps: [...steps] };
  return {
    toolCall: {
      toolCallId: `plan-${number}`,
      title: 'Approve the plan',
      kind: 'switch_mode',
      status: 'pending',
      content: [text(list)],
    },
    options: [
      { optionId: 'allow', kind: 'allow_once', name: 'Approve' },
      { optionId: 'allow_always', kind: 'allow_always', name: 'Approve, and let policy decide from here (mode auto)' },
      reject,
    ],
    _meta: { [metaKeys.card]: card },
  };
}

/** `number` tells the questions of one session apart. */
export function serverCard(question: ServerQuestion, number: number): CardRequest {
  const { server, from, title, summary, changes = [] } = question;
  const card: Card = { kind: 'server', server, from, title };
  const changed = changes.map(({ what, before, after }) => {
    const old = before === undefined ? '' : `was:\n${codeBlock(head(before, maxArguments))}\nis:\n`;
    return text(`**${oneLine(what)}** ${old}${codeBlock(head(after, maxArguments))}`);
  });
  return {
    toolCall: {
      toolCallId: `server-${number}`,
      title: oneLine(title, 200),
      kind: 'other',
      status: 'pending',
      content: [text(`Named in ${code(from)}.\n${codeBlock(summary.join('\n'))}`), ...changed],
    },
    options: [
      allow,
      reject,
      { optionId: 'reject_always', kind: 'reject_always', name: `Never ask about ${oneLine(server, 60)} here again` },
    ],
    _meta: { [metaKeys.card]: card },
  };
}

/** `user ~/policy.yaml:12: commands.run_command: npm test` */
function describeRule({ decidedBy: { layer, file, line, text } }: Decision): string {
  const place = file === undefined ? undefined : line === undefined ? file : `${file}:${line}`;
  return [layer, place, text].filter((part) => part !== undefined && part !== '').join(': ');
}

/** The answer is about this: what decided, and which line "always" leaves behind. */
function whyText(decision: Decision): string {
  const { reason, always } = decision;
  const lines = [oneLine(reason, 2_000), `Decided by ${code(describeRule(decision))}.`];
  if (always) {
    const rules = head(reveal(`allow: ${always.allow}\ndeny: ${always.deny}`), maxArguments);
    lines.push(`“Always” writes one of these lines into your policy:\n${codeBlock(rules)}`);
  }
  return lines.join('\n\n');
}

function argumentsText(input: Record<string, unknown>): string {
  return codeBlock(head(JSON.stringify(input, undefined, 2), maxArguments), 'json');
}

function label(verdict: 'allow' | 'deny', rule: string): string {
  return `Always ${verdict} ${oneLine(rule, 200)}`;
}
