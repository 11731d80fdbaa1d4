import {
  type EventFilter,
  eventKinds,
  type FileReport,
  followEvents,
  readEvents,
  readKeptHeads,
  reportSessions,
  verifyLogs,
} from '@cofferdam/mcp-servers/audit';
import { stateHome } from '../home.js';
import { describeEvent, printable, sessionMarkdown } from '../render/index.js';
import { type Command, dispatch, exitCode, oneOf, parse, print, usage } from './command.js';
import { interruptible } from './interrupt.js';

export const command: Command = {
  help: `Usage: cofferdam audit SUBCOMMAND

  show [FILTERS] [--follow] [--json]    events, newest last; --follow goes on with those that come
  verify [--heads FILE] [--json]        whether any line was edited, dropped, put in, moved or cut off, and which
  report [FILTERS] [--json]             what each session did, as Markdown

Filters:
  --session ID  --tool NAME  --kind KIND  --writer ID
  --status STATUS                       200, error, or a class such as 4xx
  --since TIME  --until TIME            ISO 8601; --until is exclusive
  --day YYYY-MM-DD                      UTC

verify exits with 1 when something is wrong. It prints the head of each log: kept where nobody who writes logs can
write, and given to --heads later, they also show a log that was removed or written anew as a whole.`,

  run: (argv) => dispatch(argv, { show, verify, report }),
};

const filterOptions = {
  session: { type: 'string' },
  tool: { type: 'string' },
  kind: { type: 'string' },
  writer: { type: 'string' },
  status: { type: 'string' },
  since: { type: 'string' },
  until: { type: 'string' },
  day: { type: 'string' },
  json: { type: 'boolean' },
} as const;

async function show(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv, { ...filterOptions, follow: { type: 'boolean' } });
  refusePositionals(positionals);
  const options = { filter: readFilter(values), onMalformed };
  return interruptible(async (signal) => {
    const events = values.follow ? followEvents(stateHome(), options, signal) : readEvents(stateHome(), options);
    for await (const { event, line } of events) {
      await print(values.json ? line : describeEvent(event));
      signal.throwIfAborted();
    }
    signal.throwIfAborted();
    return exitCode.done;
  });
}

async function verify(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv, { heads: { type: 'string' }, json: { type: 'boolean' } });
  refusePositionals(positionals);
  const kept = values.heads === undefined ? [] : readKeptHeads(values.heads);
  let good = 0;
  let bad = 0;
  for await (const report of verifyLogs(stateHome(), kept)) {
    if (report.ok) good += 1;
    else bad += 1;
    await print(values.json ? JSON.stringify(report) : describeReport(report));
  }
  if (!values.json) process.stderr.write(`${good} good, ${bad} with faults\n`);
  return bad === 0 ? exitCode.done : exitCode.failed;
}

function describeReport({ ok, file, lines, head, faults, notes }: FileReport): string {
  const end = head ? `  head ${head.seq} ${head.hash}` : '';
  const found = faults.map(({ kind, line, to, message }) => {
    const where =
      line === undefined ? '' : to === undefined || to === line ? `line ${line}: ` : `lines ${line}-${to}: `;
    return `    ${where}${kind}: ${message}`;
  });
  const remarks = notes.map((note) => `    note: ${note}`);
  return printable([`${ok ? '✓' : '✗'} ${file}  ${lines} lines${end}`, ...found, ...remarks].join('\n'));
}

async function report(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv, filterOptions);
  refusePositionals(positionals);
  const sessions = await reportSessions(readEvents(stateHome(), { filter: readFilter(values), onMalformed }));
  for (const session of sessions) await print(values.json ? JSON.stringify(session) : sessionMarkdown(session));
  if (sessions.length === 0) process.stderr.write('No events match.\n');
  return exitCode.done;
}

type FilterValues = {
  [name in 'session' | 'tool' | 'kind' | 'writer' | 'status' | 'since' | 'until' | 'day']?: string;
};

function readFilter({ session, tool, kind, writer, status, since, until, day }: FilterValues): EventFilter {
  if (day !== undefined && !/^\d{4}-\d\d-\d\d$/.test(day))
    throw usage(`--day is ${JSON.stringify(day)}, not YYYY-MM-DD.`);
  return {
    session,
    tool,
    writer,
    status,
    day,
    kind: kind === undefined ? undefined : oneOf('--kind', kind, eventKinds),
    since: readTime('--since', since),
    until: readTime('--until', until),
  };
}

function readTime(name: string, value: string | undefined): Date | undefined {
  if (value === undefined) return undefined;
  const time = new Date(value);
  if (!/^\d{4}-/.test(value) || Number.isNaN(time.getTime()))
    throw usage(`${name} is ${JSON.stringify(value)}, not a time such as 2026-03-01T08:00:00Z.`);
  return time;
}

function refusePositionals([first]: readonly string[]): void {
  if (first !== undefined) throw usage(`${JSON.stringify(first)} is no option.`);
}

function onMalformed(where: string): void {
  process.stderr.write(`${printable(where)} is no event; "cofferdam audit verify" says more.\n`);
}
