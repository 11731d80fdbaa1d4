import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { stdioServer } from './stdio.js';
import { modelName, openToolbox } from './toolbox.js';

const signal = new AbortController().signal;
const text = (outcome: { content: { type: string; text?: string }[] }) => outcome.content[0]?.text;

/** A server in a process of its own, made of JavaScript that is given here. */
function server(name: string, source: string) {
  const sdk = fileURLToPath(new URL('../../../node_modules/@modelcontextprotocol/sdk/dist/esm', import.meta.url));
  const prelude = `
    import { McpServer } from '${sdk}/server/mcp.js';
    import { StdioServerTransport } from '${sdk}/server/stdio.js';
    const server = new McpServer({ name: 'x', version: '1' }, { instructions: 'Be careful.' });
    const tool = (name, run) => server.registerTool(name, {}, async () => ({ content: [{ type: 'text', text: await run() }] }));
  `;
  const code = `${prelude}${source}; await server.connect(new StdioServerTransport());`;
  return stdioServer({
    name,
    command: process.execPath,
    args: ['--input-type=module', '-e', code],
    env: { GIVEN: 'yes' },
  });
}

test('a server gets the environment it was given, and no secret of ours', async () => {
  vi.stubEnv('ANTHROPIC_API_KEY', 'secret');
  onTestFinished(() => void vi.unstubAllEnvs());
  const toolbox = await openToolbox([server('env', `tool('all', () => JSON.stringify(process.env))`)], signal);
  const outcome = await toolbox.call('env__all', {}, { id: 'call-1', signal, onOutput() {} });
  expect(JSON.parse(text(outcome) ?? '')).toMatchObject({ GIVEN: 'yes' });
  expect(text(outcome)).not.toContain('secret');
  await toolbox.close();
});

test('tools of several servers carry the name of theirs', async () => {
  const toolbox = await openToolbox(
    [server('a', `tool('x', () => 'from a')`), server('b', `tool('x', () => 'from b')`)],
    signal,
  );
  expect(toolbox.tools.map(({ name }) => name)).toEqual(['a__x', 'b__x']);
  expect(toolbox.instructions).toEqual([
    { server: 'a', text: 'Be careful.' },
    { server: 'b', text: 'Be careful.' },
  ]);
  expect(text(await toolbox.call('b__x', {}, { id: 'call-1', signal, onOutput() {} }))).toBe('from b');
  await toolbox.close();
});

test('a server that dies in a call says why, for this call and the next', async () => {
  const dies = `tool('x', () => { console.error('out of cheese'); process.exit(3) })`;
  const toolbox = await openToolbox([server('a', dies)], signal);
  for (let i = 0; i < 2; i++) {
    const outcome = await toolbox.call('a__x', {}, { id: 'call-1', signal, onOutput() {} });
    expect(outcome.isError).toBe(true);
    expect(text(outcome)).toContain('The server a is no longer there: out of cheese');
  }
  await toolbox.close();
});

test('a server that does not start is named with what it said', async () => {
  const broken = server('a', `console.error('no engine'); process.exit(1)`);
  await expect(openToolbox([broken], signal)).rejects.toMatchObject({
    code: 'server-failed',
    message: expect.stringMatching(/server a did not start.*no engine/s),
  });
});

test('a program that does not exist is named', async () => {
  const missing = stdioServer({ name: 'a', command: '/no/such/program', args: [], env: {} });
  await expect(openToolbox([missing], signal)).rejects.toMatchObject({ code: 'server-failed' });
});

test.each([
  ['files', 'read_file', [], 'files__read_file'],
  ['my server', 'a.b/c', [], 'my_server__a_b_c'],
  ['a', 'x', ['a__x'], 'a__x_2'],
  ['a', 'x'.repeat(200), [], `a__${'x'.repeat(117)}`],
])('%s and %s make a name that the API accepts', (server, tool, taken, name) => {
  expect(modelName(server, tool, new Set(taken))).toBe(name);
  expect(name).toMatch(/^[a-zA-Z0-9_-]{1,128}$/);
});
