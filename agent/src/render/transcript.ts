// A session as a Markdown document. Nothing that the model, a tool or a file says can leave the block it stands in.
import {
  effective,
  type LoggedEvent,
  type PlanStep,
  type ResultBlock,
  Totals,
  type UserBlock,
} from '../session/index.js';
import { code, fenced, html, inline, quote } from './markdown.js';

/** What is left of the session after it was rewound, from the first prompt to the last stop. */
export function transcript(events: readonly LoggedEvent[]): string {
  const kept = effective(events);
  const [first] = kept;
  const totals = new Totals();
  for (const event of events) totals.apply(event);
  const head =
    first?.kind === 'session'
      ? [
          `# Session ${first.id}`,
          `- Folder: ${code(first.workspace)}`,
          `- Begun: ${first.time}`,
          `- Model: ${code(first.model)}`,
        ]
      : ['# Session'];
  return `${[head.join('\n'), ...sections(kept), cost(totals)].filter(Boolean).join('\n\n')}\n`;
}

function sections(events: readonly LoggedEvent[]): string[] {
  const results = new Map(events.flatMap((event) => (event.kind === 'tool-result' ? [[event.id, event]] : [])));
  const starts = new Map(events.flatMap((event) => (event.kind === 'tool-start' ? [[event.id, event]] : [])));
  let prompt = 0;
  return events.flatMap((event): string[] => {
    switch (event.kind) {
      case 'message':
        if (event.from === 'cofferdam') return [`*Cofferdam to the model:*\n\n${quote(wordsOf(event.content))}`];
        prompt += 1;
        return [`## Prompt ${prompt}`, quote(wordsOf(event.content))];
      case 'answer':
        return event.content.flatMap((block): string[] => {
          if (block.type === 'text') return [quote(block.text)];
          if (block.type !== 'tool_use') return [];
          const start = starts.get(block.id);
          return [call(block.name, block.input, results.get(block.id), start?.decision.by)];
        });
      case 'plan':
        return [`**Plan**${event.by === 'user' ? ' (edited by the user)' : ''}\n\n${checklist(event.steps)}`];
      case 'approval': {
        const verdict = event.allowed ? 'allowed' : 'denied';
        const always = event.remembered === undefined ? '' : ` and wrote ${code(event.remembered)} into the policy`;
        return [`*The user ${verdict} ${code(event.tool)}${always}${event.reason ? `: ${inline(event.reason)}` : ''}*`];
      }
      case 'applied':
        return [`**Applied to the workspace**\n\n${list(event.applied)}`];
      case 'compacted':
        return ['*The conversation so far was replaced by a summary.*'];
      case 'mode':
        return [`*The mode is now ${event.mode}.*`];
      case 'notice':
        return [`*${inline(event.text)}*`];
      case 'stop':
        return event.reason === 'done' ? [] : [`*Stopped (${event.reason}): ${inline(event.message)}*`];
      default:
        return [];
    }
  });
}

function call(
  tool: string,
  input: unknown,
  result: Extract<LoggedEvent, { kind: 'tool-result' }> | undefined,
  by: string | undefined,
): string {
  const state = result === undefined ? 'no result' : result.isError ? 'failed' : `${result.durationMs} ms`;
  const parts = [
    `<details><summary>${html(tool)} (${state})</summary>`,
    fenced(JSON.stringify(input, null, 2), 'json'),
    ...(result ? [fenced(resultText(result.content))] : []),
    ...(by === undefined ? [] : [`Decided by ${code(by)}`]),
    '</details>',
  ];
  return parts.join('\n\n');
}

function resultText(content: readonly ResultBlock[]): string {
  return content.map((block) => (block.type === 'text' ? block.text : `[${block.type}]`)).join('\n');
}

function wordsOf(content: readonly UserBlock[]): string {
  return content
    .map((block) =>
      block.type === 'text' ? block.text : block.type === 'image' ? '[image]' : `[attached: ${block.name}]`,
    )
    .join('\n');
}

function checklist(steps: readonly PlanStep[]): string {
  return steps.map(({ title, status }) => `- [${status === 'done' ? 'x' : ' '}] ${inline(title)}`).join('\n');
}

function list(paths: readonly string[]): string {
  return paths.map((path) => `- ${code(path)}`).join('\n');
}

function cost({ turns, input, output, cacheRead, cacheWrite, hitRate, cost }: Totals): string {
  const price = cost === null ? 'unknown' : `$${cost.toFixed(4)}`;
  return `## Cost\n\n| Answers | Tokens in | from the cache | Tokens out | Price |\n| --- | --- | --- | --- | --- |\n| ${turns} | ${input + cacheRead + cacheWrite} | ${Math.round(100 * hitRate)}% | ${output} | ${price} |`;
}
