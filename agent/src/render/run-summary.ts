// What a run did, as Markdown fit for a merge request. What comes from outside stands in code, where GitLab takes it
// neither for a mention, nor for a link, nor for a quick action.
import type { Change } from '@cofferdam/sandbox';
import { type ResultBlock, type SessionEvent, Totals, textOf } from '../session/index.js';
import { describeChange } from './diff.js';
import type { Lines } from './diff-stat.js';
import { code, fenced } from './markdown.js';
import { statusLine } from './status.js';
import { oneLine, withoutMarks } from './text.js';

const mostRows = 100;

export interface RunFacts {
  /** What is left of the session, oldest first. */
  events: readonly SessionEvent[];
  /** Undefined where the run did not get as far as its changes. */
  files: readonly ChangedFile[] | undefined;
  seconds: number;
}

export interface ChangedFile extends Lines {
  change: Change;
}

type Event<Kind extends SessionEvent['kind']> = Extract<SessionEvent, { kind: Kind }>;

/** Ends with a line feed. */
export function runSummary({ events, files, seconds }: RunFacts): string {
  const all = <Kind extends SessionEvent['kind']>(kind: Kind) =>
    events.filter((event): event is Event<Kind> => event.kind === kind);
  const stop = all('stop').at(-1);
  const totals = new Totals();
  for (const event of events) totals.apply(event);
  const [session] = all('session');
  return [
    `## Cofferdam: ${ending(stop)}`,
    ...(stop && stop.reason !== 'done' ? ['', code(oneLine(stop.message, 500))] : []),
    ...section('Asked', askedFor(all('message'))),
    ...section('Said at the end', lastWords(all('answer'))),
    ...section('Changes', changeRows(files)),
    ...section('Plan', planRows(all('plan').at(-1))),
    ...section('Commands', commandRows(all('tool-start'), all('tool-result'))),
    ...section('Not done', denialRows(all('tool-result'))),
    ...section('Cost', [
      `${statusLine(totals, { window: undefined, seconds })} · ${code(oneLine(session?.model ?? '', 100))}`,
      '',
      `Session ${code(session?.id ?? '')}`,
    ]),
    '',
  ].join('\n');
}

const endings = {
  done: 'done',
  interrupted: 'interrupted',
  refused: 'the model declined',
  limit: 'stopped at a limit',
  stuck: 'stuck',
  failed: 'failed',
} as const;

const ending = (stop: Event<'stop'> | undefined): string => (stop ? endings[stop.reason] : 'ended in the middle');

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `### ${title}`, '', ...lines];
}

function askedFor(messages: readonly Event<'message'>[]): string[] {
  return messages.filter(({ from }) => from === 'user').map(({ content }) => fenced(textOf(content), 'text'));
}

function lastWords(answers: readonly Event<'answer'>[]): string[] {
  const text = answers.at(-1)?.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])) ?? [];
  return text.length === 0 ? [] : [fenced(text.join('\n'), 'text')];
}

function changeRows(files: readonly ChangedFile[] | undefined): string[] {
  if (!files) return [];
  if (files.length === 0) return ['No files were changed.'];
  const rows = files.map(
    ({ change, added, removed }) => `| ${cell(describeChange(change))} | +${added} | -${removed} |`,
  );
  return ['| File | | |', '| --- | --: | --: |', ...rows.slice(0, mostRows), ...more(rows)];
}

function planRows(plan: Event<'plan'> | undefined): string[] {
  return (plan?.steps ?? []).map(({ title, status }) => {
    const box = status === 'done' ? 'x' : ' ';
    return `- [${box}] ${code(oneLine(title, 300))}${status === 'in_progress' ? ' (begun)' : ''}`;
  });
}

function commandRows(starts: readonly Event<'tool-start'>[], results: readonly Event<'tool-result'>[]): string[] {
  const byId = new Map(results.map((result) => [result.id, result]));
  const rows = starts.flatMap(({ id, input }) => {
    const { command } = input;
    if (typeof command !== 'string') return [];
    const result = byId.get(id);
    const outcome = result ? (firstText(result.content).split('\n', 1)[0] ?? '') : 'no result';
    return `| ${cell(oneLine(command, 200))} | ${cell(oneLine(outcome, 100))} |`;
  });
  return rows.length === 0 ? [] : ['| Command | Result |', '| --- | --- |', ...rows.slice(0, mostRows), ...more(rows)];
}

/** Calls that were not made, each with the reason. */
function denialRows(results: readonly Event<'tool-result'>[]): string[] {
  const rows = results.flatMap(({ tool, isError, content }) => {
    const text = firstText(content);
    return isError && text.startsWith('Not run: ')
      ? [`- ${code(oneLine(tool, 60))}: ${code(oneLine(text.slice('Not run: '.length), 300))}`]
      : [];
  });
  return [...rows.slice(0, mostRows), ...more(rows)];
}

const more = (rows: readonly string[]): string[] =>
  rows.length > mostRows ? ['', `... and ${rows.length - mostRows} more.`] : [];

/** In a table a bar would end the cell, also within code. */
const cell = (text: string): string => code(text).replaceAll('|', '\\|');

function firstText(content: readonly ResultBlock[]): string {
  return withoutMarks(content.find((block) => block.type === 'text')?.text ?? '');
}
