import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { lineHash } from './event.js';
import { encodeHead } from './head.js';
import { readKeptHeads } from './kept-heads.js';
import { type AuditLog, openAuditLog } from './log.js';
import { newHome } from './testing.js';
import { type FileReport, verifyLogs } from './verify.js';

const today = '2026-03-01';
let home: string;
beforeEach(() => {
  home = newHome();
});

/** A log whose ten lines are start, eight requests, end. */
function tenLines(name = 'files'): string {
  const log = open(name, () => new Date(`${today}T08:00:00Z`));
  requests(log, 8);
  log.close();
  return log.writer;
}

/** One that goes on for `days`: start, three requests, end on each. */
function overDays(...days: string[]): string {
  let day = days[0];
  const log = open('files', () => new Date(`${day}T08:00:00Z`));
  for (day of days) {
    log.reserve();
    requests(log, 3);
  }
  log.close();
  return log.writer;
}

const open = (name: string, now: () => Date): AuditLog => openAuditLog({ home, name, now });

function requests(log: AuditLog, count: number): void {
  for (let i = 0; i < count; i += 1)
    log.append({ kind: 'request', target: `/projects/${i}`, method: 'GET', status: 200 });
}

const at = (writer: string, day = today, kind = 'jsonl') => join(home, 'audit', day, `${writer}.${kind}`);
const linesOf = (writer: string, day?: string) => readFileSync(at(writer, day), 'utf8').trimEnd().split('\n');

/** Rewrites a log from outside. `lines[0]` is line 1. */
function tamper(writer: string, change: (lines: string[]) => string[], day?: string): void {
  const changed = change(linesOf(writer, day));
  writeFileSync(at(writer, day), changed.map((line) => `${line}\n`).join(''));
}

const edit =
  (...numbers: number[]) =>
  (lines: string[]) =>
    lines.map((line, i) => (numbers.includes(i + 1) ? line.replace('"GET"', '"PUT"') : line));

const drop =
  (...numbers: number[]) =>
  (lines: string[]) =>
    lines.filter((_, i) => !numbers.includes(i + 1));

const put = (line: string, before: number) => (lines: string[]) => lines.toSpliced(before - 1, 0, line);

async function verify(kept?: string): Promise<FileReport[]> {
  const reports: FileReport[] = [];
  for await (const report of verifyLogs(home, kept === undefined ? [] : readKeptHeads(kept))) reports.push(report);
  return reports;
}

/** All that is wrong, as `kind line` or `kind from-to`, after the day where there are several. */
async function faults(kept?: string): Promise<string[]> {
  const reports = await verify(kept);
  for (const { ok, faults } of reports) expect(ok).toBe(faults.length === 0);
  return reports.flatMap(({ day, faults }) =>
    faults.map(({ kind, line, to }) => {
      const lines = to === undefined || to === line ? line : `${line}-${to}`;
      return [...(reports.length > 1 ? [day.slice(-2)] : []), kind, ...(lines === undefined ? [] : [lines])].join(' ');
    }),
  );
}

test('logs that nobody touched are good, and their heads are reported', async () => {
  const writer = tenLines();
  expect(await verify()).toEqual([
    {
      file: `${today}/${writer}.jsonl`,
      day: today,
      writer,
      ok: true,
      lines: 10,
      head: { seq: 10, hash: lineHash(linesOf(writer).at(-1) ?? '') },
      closed: true,
      faults: [],
      notes: [],
    },
  ]);
});

test('a log that is being written is good, and is not closed', async () => {
  requests(
    open('files', () => new Date()),
    3,
  );
  expect(await verify()).toMatchObject([{ ok: true, closed: false, lines: 4, notes: [] }]);
});

test('a log that goes on over days is one chain', async () => {
  overDays('2026-03-01', '2026-03-02', '2026-03-05');
  expect((await verify()).map(({ day, ok, head }) => [day, ok, head?.seq])).toEqual([
    ['2026-03-01', true, 5],
    ['2026-03-02', true, 10],
    ['2026-03-05', true, 15],
  ]);
});

test('where there are no logs there is nothing to report', async () => {
  expect(await verify()).toEqual([]);
});

test.each([
  ['edited', edit(4), ['edited 4']],
  ['edited twice', edit(3, 7), ['edited 3', 'edited 7']],
  ['edited in two neighbours', edit(3, 4), ['edited 3', 'edited 4']],
  ['edited at the end', (lines: string[]) => lines.with(9, lines[9]?.replace('"end"', '"tool"') ?? ''), ['edited 10']],
  [
    'edited at the beginning',
    (lines: string[]) => lines.with(0, lines[0]?.replace('unknown', 'me') ?? ''),
    ['edited 1'],
  ],
  [
    'edited in its seq',
    (lines: string[]) => lines.with(4, lines[4]?.replace('"seq":5', '"seq":55') ?? ''),
    ['edited 5'],
  ],
  [
    'edited in its seq at the beginning',
    (lines: string[]) => lines.with(0, lines[0]?.replace('"seq":1', '"seq":2') ?? ''),
    ['edited 1'],
  ],
  ['dropped', drop(5), ['dropped 5']],
  ['dropped thrice', drop(3, 6, 7), ['dropped 3', 'dropped 5']],
  ['dropped at the beginning', drop(1), ['dropped 1']],
  ['cut', drop(9, 10), ['cut']],
  ['cut to nothing', () => [], ['cut']],
  ['exchanged', (lines: string[]) => lines.with(4, lines[5] ?? '').with(5, lines[4] ?? ''), ['reordered 5']],
  ['moved', (lines: string[]) => put(lines[2] ?? '', 8)(drop(3)(lines)), ['reordered 8']],
  ['no event', (lines: string[]) => lines.with(4, '{"kind":"request"}'), ['malformed 5']],
  ['no JSON, put in', put('\x1b[2J{{{', 5), ['malformed 5']],
  ['longer than any', put(`"${'x'.repeat(3_000_000)}"`, 5), ['malformed 5']],
  ['empty', put('', 5), ['malformed 5']],
  ['repeated', (lines: string[]) => put(lines[2] ?? '', 7)(lines), ['inserted 7']],
  [
    'of another writer',
    (lines: string[]) => lines.with(4, lines[4]?.replace(/"writer":"files/, '"writer":"other') ?? ''),
    ['foreign 5'],
  ],
  [
    'edited, dropped, put in and cut at once',
    (lines: string[]) => drop(10)(put('?', 8)(drop(6)(edit(3)(lines)))),
    ['edited 3', 'dropped 6', 'malformed 8', 'cut'],
  ],
])('a line that is %s is named', async (_, change, expected) => {
  tamper(tenLines(), change);
  const found = await faults();
  expect(found.toSorted()).toEqual(expected.toSorted());
});

test('whichever line it is', async () => {
  const writer = tenLines();
  const whole = readFileSync(at(writer), 'utf8');
  const found = async (change: (lines: string[]) => string[]) => {
    writeFileSync(at(writer), whole);
    tamper(writer, change);
    return faults();
  };
  for (let n = 1; n <= 10; n += 1) {
    expect(await found((lines) => lines.with(n - 1, (lines[n - 1] ?? '').replace('08:00', '09:00')))).toEqual([
      `edited ${n}`,
    ]);
    expect(await found(drop(n))).toEqual([n < 10 ? `dropped ${n}` : 'cut']);
    expect(await found((lines) => put(lines[n - 1] ?? '', n)(lines))).toEqual([
      expect.stringMatching(`^inserted (${n}|${n + 1})$`), // the two are the same
    ]);
    if (n < 10) expect(await found((lines) => drop(n + 2)(put(lines[n] ?? '', n)(lines)))).toEqual([`reordered ${n}`]);
  }
});

test('the messages say which events', async () => {
  const writer = tenLines();
  tamper(writer, (lines) => drop(8)(drop(4, 5)(lines)));
  const [report] = await verify();
  expect(report?.faults.map(({ message }) => message)).toEqual([
    'event 10 is missing at its end, by its head',
    'events 4 to 5 are missing before this line',
  ]);
});

test('a line that was put in is named, though it holds the right hash', async () => {
  const writer = tenLines();
  const fifth = JSON.parse(linesOf(writer)[4] ?? '');
  tamper(writer, put(JSON.stringify({ ...fifth, target: '/projects/666' }), 5));
  expect(await faults()).toEqual(['inserted 5']);
});

test('several lines that were put in, each holding the hash of the one before, are named', async () => {
  const writer = tenLines();
  tamper(writer, (lines) => {
    const sixth = JSON.parse(lines[5] ?? '');
    const first = JSON.stringify({ ...sixth, target: '/a' });
    const second = JSON.stringify({ ...sixth, target: '/b', seq: 7, prev: lineHash(first) });
    return lines.toSpliced(5, 0, first, second);
  });
  expect(await faults()).toEqual(['inserted 6-7']);
});

test('lines that were chained on to the end are named', async () => {
  const writer = tenLines();
  tamper(writer, (lines) => {
    const last = JSON.parse(lines[9] ?? '');
    const next = JSON.stringify({ ...last, kind: 'tool', seq: 11, prev: lineHash(lines[9] ?? '') });
    return [...lines, next];
  });
  expect(await faults()).toEqual(['inserted 11']);
});

test('several are named where the log has no end either', async () => {
  const log = open('files', () => new Date(`${today}T08:00:00Z`));
  requests(log, 3);
  tamper(log.writer, (lines) => {
    const last = JSON.parse(lines[3] ?? '');
    const next = JSON.stringify({ ...last, seq: 5, prev: lineHash(lines[3] ?? '') });
    const nextButOne = JSON.stringify({ ...last, seq: 6, prev: lineHash(next) });
    return [...lines, next, nextButOne];
  });
  expect(await faults()).toEqual(['inserted 5-6']);
});

test('a crash between a line and its head is a note', async () => {
  const log = open('files', () => new Date(`${today}T08:00:00Z`));
  const head = readFileSync(at(log.writer, today, 'head'));
  requests(log, 1);
  writeFileSync(at(log.writer, today, 'head'), head);
  expect(await verify()).toMatchObject([{ ok: true, notes: [expect.stringMatching(/^Line 2 is one ahead/)] }]);
});

test('a crash in the middle of a line is a note; a cut there is a fault', async () => {
  const log = open('files', () => new Date(`${today}T08:00:00Z`));
  requests(log, 3);
  const whole = readFileSync(at(log.writer), 'utf8');
  appendFileSync(at(log.writer), '{"time":"2026-');
  expect(await verify()).toMatchObject([{ ok: true, notes: [expect.stringMatching(/^Line 5 has no end/)] }]);
  writeFileSync(at(log.writer), whole.slice(0, -20));
  expect(await faults()).toEqual(['cut']);
});

test('bytes after the end of a log that was closed are a fault', async () => {
  appendFileSync(at(tenLines()), 'x');
  expect(await faults()).toEqual(['inserted 11']);
});

test('a head that is missing, none, of other lines or an old one is named', async () => {
  const writer = tenLines();
  const head = at(writer, today, 'head');
  const old = encodeHead({ seq: 3, hash: lineHash(linesOf(writer)[2] ?? '') });
  for (const [text, expected] of [
    ['{"seq": 10}', 'head-malformed'],
    ['', 'head-malformed'],
    [encodeHead({ seq: 10, hash: 'a'.repeat(64) }), 'edited 10'],
    [encodeHead({ seq: 6, hash: 'a'.repeat(64) }), 'edited 6'],
    [old, 'inserted 4-10'],
  ] as const) {
    writeFileSync(head, text);
    expect(await faults()).toEqual([expected]);
  }
  rmSync(head);
  expect(await faults()).toEqual(['head-missing']);
});

test('a log of which only the head is left is named, and so is a link in its place', async () => {
  const writer = tenLines();
  renameSync(at(writer), join(home, 'elsewhere'));
  expect(await faults()).toEqual(['file-missing']);
  symlinkSync(join(home, 'elsewhere'), at(writer));
  expect(await faults()).toEqual(['file-missing']);
});

const days = ['2026-03-01', '2026-03-02', '2026-03-03'];

test.each([
  ['first', '2026-03-01', ['02 file-missing 1']],
  ['middle', '2026-03-02', ['03 file-missing 1']],
  ['last', '2026-03-03', ['02 file-missing']],
])('the %s day of a log that goes on is missed, with its head and all', async (_, day, expected) => {
  const writer = overDays(...days);
  rmSync(at(writer, day));
  rmSync(at(writer, day, 'head'));
  expect(await faults()).toEqual(expected);
});

test('faults on several days are each named once, on their day', async () => {
  const writer = overDays(...days);
  tamper(writer, edit(3), '2026-03-01');
  tamper(writer, drop(5), '2026-03-02');
  tamper(writer, drop(1), '2026-03-03');
  expect(await faults()).toEqual(['01 edited 3', '02 cut', '03 dropped 1']);
});

test('a file that was copied over that of another writer is named', async () => {
  const [a, b] = [tenLines('files'), tenLines('git')];
  copyFileSync(at(b), at(a));
  expect((await verify()).map(({ writer, faults }) => [writer, faults.map(({ kind }) => kind)])).toEqual([
    [a, ['foreign']],
    [b, []],
  ]);
});

test('a file that was copied over that of another day is named, and the days around it stay good', async () => {
  const writer = overDays(...days);
  copyFileSync(at(writer, '2026-03-01'), at(writer, '2026-03-02'));
  expect(await faults()).toEqual(['02 misplaced', '02 cut', '02 inserted 1-5']);
});

test('a file that was moved to another day is named', async () => {
  const writer = tenLines();
  mkdirSync(join(home, 'audit', '2026-03-09'));
  for (const kind of ['jsonl', 'head']) renameSync(at(writer, today, kind), at(writer, '2026-03-09', kind));
  expect(await faults()).toEqual(['misplaced']);
});

test('heads that were kept show what the files alone cannot: a log removed, rewritten or cut with its head', async () => {
  const [removed, rewritten, cut, good] = [tenLines('a'), tenLines('b'), tenLines('c'), tenLines('d')];
  const kept = join(home, 'heads.jsonl');
  writeFileSync(kept, (await verify()).map((report) => `${JSON.stringify(report)}\n`).join(''));
  expect(await faults(kept)).toEqual([]);

  for (const kind of ['jsonl', 'head']) rmSync(at(removed, today, kind));
  let prev = '0'.repeat(64);
  tamper(rewritten, (lines) =>
    edit(4)(lines).map((line) => {
      const chained = line.replace(/"prev":"\w+"/, `"prev":"${prev}"`);
      prev = lineHash(chained);
      return chained;
    }),
  );
  writeFileSync(at(rewritten, today, 'head'), encodeHead({ seq: 10, hash: prev }));
  tamper(cut, drop(8, 9, 10));
  writeFileSync(at(cut, today, 'head'), encodeHead({ seq: 7, hash: lineHash(linesOf(cut).at(-1) ?? '') }));

  expect(await faults()).toEqual([]);
  const found = (await verify(kept)).map(({ writer, faults }) => [writer, ...faults.map(({ message }) => message)]);
  expect(found).toEqual([
    [removed, expect.stringMatching(/whole file is gone.* up to 10/)],
    [rewritten, expect.stringMatching(/another hash of event 10/)],
    [cut, expect.stringMatching(/events up to 10/)],
    [good],
  ]);
});

test('a head that was kept while the log was short is good when it has grown', async () => {
  const log = open('files', () => new Date(`${today}T08:00:00Z`));
  requests(log, 3);
  const kept = join(home, 'heads.jsonl');
  writeFileSync(kept, JSON.stringify((await verify())[0]));
  requests(log, 30);
  log.close();
  expect(await faults(kept)).toEqual([]);
});

test('a file that holds no heads is refused', () => {
  const path = join(home, 'heads');
  writeFileSync(path, '{"file":"x"}\n');
  expect(() => readKeptHeads(path)).toThrow(expect.objectContaining({ code: 'audit-heads' }));
  expect(() => readKeptHeads(join(home, 'none'))).toThrow(expect.objectContaining({ code: 'audit-unreadable' }));
});
