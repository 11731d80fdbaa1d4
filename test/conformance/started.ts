// `cofferdam mcp NAME --http` as a user starts it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { HttpServing } from '@cofferdam/mcp-servers';

const program = fileURLToPath(new URL('../../agent/bin/cofferdam.js', import.meta.url));

export async function startServer(token: string, ...args: string[]): Promise<HttpServing> {
  const child = spawn(process.execPath, [program, 'mcp', ...args, '--http', '0', '--json'], {
    env: { ...process.env, COFFERDAM_HTTP_TOKEN: token },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  if (value === undefined) throw new Error(`It ended and gave no address: ${said}`);
  return {
    url: JSON.parse(value).url,
    async close() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
