import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { Loopback } from './loopback.js';

const { signal } = new AbortController();
const limit = 60_000;

async function opened(port?: number): Promise<Loopback> {
  const loopback = await Loopback.open(port);
  onTestFinished(() => loopback.close());
  return loopback;
}

test('the code comes with the state, and with nothing else', async () => {
  const loopback = await opened();
  expect(loopback.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
  const code = loopback.code('right', limit, signal);
  for (const query of ['?code=x', '?code=x&state=', '?code=x&state=wrong', '?code=x&state=righ']) {
    expect((await fetch(`${loopback.url}${query}`)).status).toBe(400);
  }
  expect((await fetch(`${loopback.url}?code=x&state=right`, { method: 'POST' })).status).toBe(400);
  expect((await fetch(`${new URL(loopback.url).origin}/other?code=x&state=right`)).status).toBe(400);
  const answer = await fetch(`${loopback.url}?code=the-code&state=right`);
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('You are logged in.')]);
  expect(await code).toBe('the-code');
  expect((await fetch(`${loopback.url}?code=again&state=right`)).status).toBe(400);
});

test('before a login is begun nothing is taken', async () => {
  const loopback = await opened();
  expect((await fetch(`${loopback.url}?code=x&state=`)).status).toBe(400);
});

test('a refusal is told in its own words, in quotes', async () => {
  const loopback = await opened();
  const code = loopback.code('s', limit, signal).catch((error: Error) => error.message);
  const answer = await fetch(`${loopback.url}?error=access_denied&error_description=<b>No%E2%80%AE&state=s`);
  expect(await answer.text()).not.toContain('<b>');
  expect(await code).toBe('The login was refused: "<b>No[U+202E]".');
});

test('nobody comes', async () => {
  const loopback = await opened();
  await expect(loopback.code('s', 1, signal)).rejects.toMatchObject({ code: 'login-failed' });
});

test('closing ends the wait, and so does the signal', async () => {
  const loopback = await opened();
  const code = loopback.code('s', limit, signal);
  loopback.close();
  await expect(code).rejects.toThrow('given up');
  const other = await opened();
  await expect(other.code('s', limit, AbortSignal.abort())).rejects.toThrow();
});

test('the port of the last login is taken again, another one where it is not free', async () => {
  const first = await Loopback.open();
  const { port } = new URL(first.url);
  first.close();
  const again = await opened(Number(port));
  expect(new URL(again.url).port).toBe(port);
  const third = await opened(Number(port));
  expect(new URL(third.url).port).not.toBe(port);
});

test('an address that is none is turned away', async () => {
  const loopback = await opened();
  const { hostname: host, port } = new URL(loopback.url);
  const asked = request({ host, port, path: '//[' }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.resume();
  expect(answer.statusCode).toBe(400);
});
