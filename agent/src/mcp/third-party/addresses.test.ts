import { expect, test } from 'vitest';
import { checkLed, isLoopback, privateAddressesOf, serverUrl } from './addresses.js';

test.each(['https://mcp.example.com/mcp', 'http://127.0.0.1:80/', 'http://localhost:3000', 'http://[::1]/x'])(
  '%s can be a server',
  (url) => expect(serverUrl(`${url}#part`).href).toBe(new URL(url).href),
);

test.each([
  ['http://mcp.example.com', 'without encryption'],
  ['http://10.0.0.1/mcp', 'without encryption'],
  ['http://127.0.0.1.evil.example', 'without encryption'],
  ['ftp://x.example', 'no URL of a server'],
  ['mcp.example.com', 'no URL of a server'],
  ['https://me:secret@x.example', 'holds a password'],
])('%s cannot', (url, why) => {
  expect(() => serverUrl(url)).toThrow(why);
});

test.each([
  'http://auth.example.com/token',
  'https://127.0.0.1/token',
  'https://localhost',
  'https://a.localhost',
  'https://169.254.169.254/latest/meta-data',
  'https://[::1]/',
  'https://[fe80::1]/',
  'https://[::ffff:10.0.0.1]/',
  'https://2130706433/',
  'https://0x7f.1/',
  'https://intranet/',
  'https://gitlab.internal./',
  'file:///etc/passwd',
  'javascript:alert(1)',
])('a server on the internet may not lead to %s', (url) => {
  expect(() => checkLed(new URL('https://mcp.example.com/mcp'), new URL(url))).toThrow(
    expect.objectContaining({ code: 'server-refused' }),
  );
});

test.each([
  ['https://mcp.example.com/mcp', 'https://auth.example.org/token'],
  ['https://mcp.example.com/mcp', 'https://mcp.example.com/register'],
  ['https://10.0.0.1/mcp', 'https://10.0.0.2/token'],
  ['http://127.0.0.1:3000/mcp', 'http://localhost:4000/token'],
])('%s may lead to %s', (server, target) => {
  expect(() => checkLed(new URL(server), new URL(target))).not.toThrow();
});

test('private addresses behind a name', async () => {
  const addresses = [
    { address: '93.184.216.34', family: 4 },
    { address: '192.168.1.5', family: 4 },
    { address: 'fd00::1', family: 6 },
  ];
  const resolve = (async () => addresses) as unknown as typeof import('node:dns/promises').lookup;
  expect(await privateAddressesOf(new URL('https://x.example'), resolve)).toEqual(['192.168.1.5', 'fd00::1']);
  const unknown = (async () => Promise.reject(new Error('ENOTFOUND'))) as typeof resolve;
  expect(await privateAddressesOf(new URL('https://x.example'), unknown)).toEqual([]);
});

test('loopback', () => {
  expect(isLoopback(new URL('http://127.1.2.3'))).toBe(true);
  expect(isLoopback(new URL('http://127.0.0.1.example.com'))).toBe(false);
});
