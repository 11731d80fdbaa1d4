// What a person sees while they type and output goes by.
import { expect, test } from 'vitest';
import { sit } from './testing.js';

const never = new AbortController().signal;

test('output without anybody typing is passed on as it is', () => {
  const { terminal, screen } = sit();
  terminal.write('half');
  terminal.write(' a line\n');
  expect(screen.raw).toBe('\x1b[?2004hhalf a line\n');
});

test('what is typed stays below the output that goes by, and is handed over whole', async () => {
  const { terminal, screen, type } = sit();
  const said: string[] = [];
  terminal.onLine = (line) => said.push(line);
  terminal.write('reading');
  await type('use t');
  terminal.write(' a file\nand half');
  expect(screen.lines).toEqual(['reading', ' a file', '> use t']);
  await type('abs\r');
  terminal.write(' of another\n');
  expect(screen.lines).toEqual(['reading', ' a file', 'and half of another']);
  expect(said).toEqual(['use tabs']);
});

test('a question is answered in its own row, and what was being typed before comes back', async () => {
  const { terminal, screen, type } = sit();
  await type('to the agent');
  const answer = terminal.ask('Go ahead? ', never);
  expect(screen.lines).toEqual(['Go ahead? ']);
  await type('nx\x7f\r');
  expect(await answer).toBe('n');
  expect(screen.lines).toEqual(['Go ahead? n', '> to the agent']);
});

test('the cursor moves, and a line longer than the row is seen around it', async () => {
  const { terminal, screen, type } = sit(34);
  const answer = terminal.ask('What? ', never);
  await type('0123456789012345678901234567890123');
  expect(screen.lines).toEqual(['What? 789012345678901234567890123']);
  await type('\x01^');
  expect(screen.lines).toEqual(['What? ^01234567890123456789012345']);
  await type('\r');
  expect(await answer).toBe('^0123456789012345678901234567890123');
});

test('a long question leaves its row to the answer', async () => {
  const { terminal, screen, type } = sit(40);
  const answer = terminal.ask('Is this what you want to be done here? ', never);
  await type('y\r');
  expect([await answer, screen.lines]).toEqual(['y', ['Is this what you want to be done here? ', 'y']]);
});

test('Escape is a key, and an arrow is not Escape', async () => {
  const { terminal, type } = sit();
  let pressed = 0;
  const escaped = new Promise<void>((resolve) => {
    terminal.onEscape = () => {
      pressed += 1;
      resolve();
    };
  });
  await type('\x1b[A');
  await type('\x1b');
  await escaped;
  expect(pressed).toBe(1);
});

test('Ctrl-C is a signal to the program', async () => {
  const { type } = sit();
  const interrupted = new Promise((resolve) => process.once('SIGINT', resolve));
  await type('\x03');
  await interrupted;
});

test('Ctrl-D says nothing to a question, and the next one can be answered', async () => {
  const { terminal, type } = sit();
  const first = terminal.ask('One? ', never);
  await type('\x04');
  expect(await first).toBeUndefined();
  const second = terminal.listen(never);
  await type('go on\r');
  expect(await second).toBe('go on');
});

test('pasted lines are one message', async () => {
  const { terminal, screen, type } = sit();
  const said = terminal.listen(never);
  await type('\x1b[200~Error: x\r  at y\r\x1b[201~');
  expect(screen.lines).toEqual(['> Error: x⏎  at y⏎']);
  await type('why?\r');
  expect(await said).toBe('Error: x\n  at y\nwhy?');
  expect(screen.lines).toEqual([]);
});

test('a question that is called off leaves the row, and rejects with the reason', async () => {
  const { terminal, screen } = sit();
  const controller = new AbortController();
  const answer = terminal.ask('Go ahead? ', controller.signal);
  controller.abort(new Error('stopped'));
  await expect(answer).rejects.toThrow('stopped');
  terminal.write('Stopped.\n');
  expect(screen.lines).toEqual(['Go ahead? ', 'Stopped.']);
});

test('earlier lines come back with the arrow keys, also after the terminal was lent', async () => {
  const { terminal, type } = sit();
  const first = terminal.listen(never);
  await type('make it add\r');
  await first;
  await terminal.lend(async () => {});
  const second = terminal.listen(never);
  await type('\x1b[A\r');
  expect(await second).toBe('make it add');
});
