// What the user approved and refused, from the session's events.
import type { SessionEvent } from '../../session/index.js';
import { shorten } from './shorten.js';

const maxDecisions = 40;
const maxInput = 200;
const maxReason = 400;

type Approval = Extract<SessionEvent, { kind: 'approval' }>;

/** The latest last, a line each. */
export function decisionsIn(events: readonly SessionEvent[]): string {
  const calls = new Map<string, string>();
  const lines: string[] = [];
  for (const event of events) {
    if (event.kind === 'answer') {
      for (const block of event.content) {
        if (block.type === 'tool_use')
          calls.set(block.id, `${block.name} ${shorten(JSON.stringify(block.input), maxInput)}`);
      }
    }
    if (event.kind === 'approval') lines.push(describe(event, calls.get(event.subject)));
  }
  const left = lines.length - maxDecisions;
  return (
    [...(left > 0 ? [`(${left} earlier ones left out)`] : []), ...lines.slice(-maxDecisions)].join('\n') ||
    'Nothing yet.'
  );
}

function describe({ tool, allowed, reason, remembered }: Approval, call: string | undefined): string {
  const what = tool === 'update_plan' ? 'the plan' : (call ?? tool);
  const why = reason === undefined ? '' : `: ${shorten(reason, maxReason)}`;
  const always = remembered === undefined ? '' : ` (from now on: ${shorten(remembered, maxInput)})`;
  return `- ${allowed ? 'Allowed' : 'Refused'} ${what}${why}${always}`;
}
