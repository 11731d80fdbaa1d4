// Other processes, and disks that are full or may not be written: the real ones.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { auditEventSchema } from './event.js';
import { newHome, programOf, runOnDisk, runProgram } from './testing.js';
import { type FileReport, verifyLogs } from './verify.js';

test('processes that write at the same moment each have their own log', async () => {
  const program = await programOf(`
    import { openAuditLog } from './log.js';
    const log = openAuditLog({ home: process.argv[2], name: 'files', session: 'shared' });
    for (let i = 0; i < 200; i += 1) {
      log.reserve();
      log.append({ kind: 'request', target: '/projects/' + i });
    }
    log.close();
    console.log(JSON.stringify(log.writer));
  `);
  const home = newHome();
  const writers = await Promise.all(Array.from({ length: 4 }, () => runProgram(program, home)));
  expect(new Set(writers).size).toBe(4);
  const [day = ''] = readdirSync(join(home, 'audit'));
  for (const writer of writers) {
    const lines = readFileSync(join(home, 'audit', day, `${writer}.jsonl`), 'utf8')
      .trimEnd()
      .split('\n');
    const events = lines.map((line) => auditEventSchema.parse(JSON.parse(line)));
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    expect(events).toHaveLength(202);
  }
});

test('a log that is verified again and again while it is written is good each time', async () => {
  const program = await programOf(`
    import { openAuditLog } from './log.js';
    let day = 1;
    const now = () => new Date(Date.UTC(2026, 2, day, 8));
    const log = openAuditLog({ home: process.argv[2], name: 'files', now });
    const pause = new Int32Array(new SharedArrayBuffer(4));
    for (let i = 1; i <= 4_000; i += 1) {
      if (i % 600 === 0) day += 1;
      if (i % 10 === 0) Atomics.wait(pause, 0, 0, 1);
      log.append({ kind: 'request', target: '/projects/' + i });
    }
    log.close();
    console.log('true');
  `);
  const home = newHome();
  let isWritten = false;
  const written = runProgram(program, home).finally(() => {
    isWritten = true;
  });
  const bad: FileReport[] = [];
  while (!isWritten) {
    for await (const report of verifyLogs(home)) if (!report.ok) bad.push(report);
  }
  await written;
  expect(bad).toEqual([]);
});

/** Appends until nothing more can be reserved. */
const untilFull = `
  import { readFileSync, rmSync, writeFileSync } from 'node:fs';
  import { openAuditLog } from './log.js';
  const home = process.argv[2];
  const event = { kind: 'request', target: '/x'.repeat(400) } as const;
  const code = (work: () => void) => {
    try { work(); } catch (error) { return (error as { code: string }).code; }
    return 'done';
  };
  const fillDisk = () => {
    for (const size of [4096, 1])
      try { for (;;) writeFileSync(home + '/filler', Buffer.alloc(size), { flag: 'a' }); } catch {}
  };
  const log = openAuditLog({ home, name: 'files' });
  const read = () => readFileSync(home + '/audit/' + new Date().toISOString().slice(0, 10) + '/' + log.writer + '.jsonl', 'utf8');
`;

test('on a full disk what was reserved is recorded, and then nothing more is begun until there is room', async () => {
  const program = await programOf(`${untilFull}
    const inFlight = 12;
    for (let i = 0; i < inFlight; i += 1) log.reserve();
    fillDisk();
    const largest = { kind: 'request', target: '/'.repeat(2000), reason: '\\0'.repeat(2000) } as const;
    const recorded = Array.from({ length: inFlight }, () => code(() => log.append(largest)));
    const later: string[] = [];
    while (later.length < 100 && code(() => log.reserve()) === 'done') later.push(code(() => log.append(largest)));
    const whenFull = code(() => log.reserve());
    rmSync(home + '/filler');
    const withRoom = code(() => { log.reserve(); log.append(event); log.close(); });
    console.log(JSON.stringify({ recorded, later, whenFull, withRoom, text: read() }));
  `);
  const outcome = (await runOnDisk(program, 'size=512k')) as { later: string[]; text: string };
  const { later, text } = outcome;
  expect(outcome).toMatchObject({
    recorded: Array.from({ length: 12 }, () => 'done'),
    later: later.map(() => 'done'),
    whenFull: 'audit-unwritable',
    withRoom: 'done',
  });
  const kinds = text
    .trimEnd()
    .split('\n')
    .map((line) => auditEventSchema.parse(JSON.parse(line)).kind);
  expect(kinds).toEqual(['start', ...Array.from({ length: 13 + later.length }, () => 'request'), 'end']);
});

test('an event for which there is no room at all leaves no part of a line', async () => {
  const program = await programOf(`${untilFull}
    fillDisk();
    const outcomes: string[] = [];
    do outcomes.push(code(() => log.append(event)));
    while (outcomes.at(-1) === 'done');
    const whole = read();
    rmSync(home + '/filler');
    log.append(event);
    console.log(JSON.stringify({ outcomes, whole, after: read() }));
  `);
  const { outcomes, whole, after } = (await runOnDisk(program, 'size=64k')) as Record<string, string>;
  expect(outcomes?.at(-1)).toBe('audit-unwritable');
  expect(whole).toMatch(/\}\n$/);
  expect(after?.startsWith(whole ?? '?')).toBe(true);
  const seqs = after
    ?.trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).seq);
  expect(seqs).toEqual(seqs?.map((_, i) => i + 1));
});

test('a disk that may only be read is said when the log is opened', async () => {
  const program = await programOf(`
    import { openAuditLog } from './log.js';
    try {
      openAuditLog({ home: process.argv[2], name: 'files' });
      console.log('"opened"');
    } catch (error) {
      const { code, message, remedy } = error;
      console.log(JSON.stringify({ code, message, remedy }));
    }
  `);
  expect(await runOnDisk(program, 'size=64k,ro')).toMatchObject({
    code: 'audit-unwritable',
    message: expect.stringContaining('EROFS'),
    remedy: expect.any(String),
  });
});
