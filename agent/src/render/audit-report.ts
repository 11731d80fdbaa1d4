// What a session did, as Markdown that can be pasted into a ticket: all that comes from outside stands in code spans,
// where it is neither a mention, nor a link, nor a quick action.
import type { Refusal, SessionReport } from '@cofferdam/mcp-servers/audit';
import { oneLine } from './text.js';

const mostRows = 200;

/** Ends with a line feed. */
export function sessionMarkdown(report: SessionReport): string {
  const { session, from, to, actors, writers, events, tools, requests, refused, targets, hosts, unlisted } = report;
  const counts = Object.entries(events).map(([kind, count]) => `${count} ${kind}`);
  return [
    `## Session ${code(session)}`,
    '',
    `- From ${code(from)} to ${code(to)}`,
    `- By ${list(actors)}, recorded by ${list(writers)}`,
    `- Events: ${counts.join(', ')}`,
    `- ${report.bytes_in} bytes in, ${report.bytes_out} bytes out, ${(report.duration_ms / 1000).toFixed(1)} s in requests and commands`,
    ...(unlisted > 0 ? [`- ${unlisted} more refusals, objects or hosts were too many to list`] : []),
    ...table(
      'Tools',
      ['Tool', 'Calls'],
      tools.map(({ tool, calls }) => [code(tool), String(calls)]),
    ),
    ...table(
      'Requests',
      ['Endpoint', 'Requests', 'Statuses'],
      requests.map(({ endpoint, count, statuses }) => [code(endpoint), String(count), describeStatuses(statuses)]),
    ),
    ...table('Refused', ['Time', 'What', 'By', 'Why'], refused.map(refusalRow)),
    ...bullets('Objects touched', targets),
    ...bullets('Hosts', hosts),
    '',
  ].join('\n');
}

function refusalRow({ time, kind, tool, method, target, status, by, reason }: Refusal): string[] {
  const what = [tool, method, target].filter((part) => part !== undefined).join(' ') || kind;
  const why = [status, reason].filter((part) => part !== undefined).join(' ');
  return [code(time), code(what), by === 'us' ? 'Cofferdam' : 'the other side', why ? code(why) : ''];
}

const describeStatuses = (statuses: Record<string, number>): string =>
  Object.entries(statuses)
    .map(([status, count]) => `${count} × ${code(status)}`)
    .join(', ');

function table(title: string, heads: string[], rows: string[][]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [
    '',
    `### ${title}`,
    '',
    line(heads),
    line(heads.map(() => '---')),
    ...rows.slice(0, mostRows).map(line),
    ...rest(rows),
  ];
}

function bullets(title: string, items: string[]): string[] {
  if (items.length === 0) return [];
  return ['', `### ${title}`, '', ...items.slice(0, mostRows).map((item) => `- ${code(item)}`), ...rest(items)];
}

const rest = (items: readonly unknown[]): string[] =>
  items.length > mostRows ? ['', `... and ${items.length - mostRows} more (\`--json\` lists them)`] : [];

const list = (names: readonly string[]): string => {
  const shown = names.slice(0, 10).map(code).join(', ') || 'nobody';
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
};

/** A code span within a table: no backtick ends it, no bar the cell. */
const code = (text: string): string => `\`${oneLine(text, 300).replaceAll('`', "'").replaceAll('|', '\\|') || ' '}\``;
