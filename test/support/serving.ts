// `cofferdam mcp NAME --http`, as a user starts it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../agent/bin/cofferdam.js', import.meta.url));

export interface Serving {
  url: string;
  /** What was printed on stderr until now. */
  said(): string;
  /** As Ctrl-C does; resolves to the exit code when the process has ended. */
  close(): Promise<number>;
}

/** Starts the server that `args` name, on any port that is free. */
export async function startServing(args: string[], env: NodeJS.ProcessEnv): Promise<Serving> {
  const child = spawn(process.execPath, [program, 'mcp', ...args, '--http', '0', '--json'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { value } = await lines.next();
  if (value === undefined) throw new Error(`It ended and gave no address: ${said}`);
  return {
    url: JSON.parse(value).url,
    said: () => said,
    async close() {
      child.kill('SIGINT');
      const more = (await lines.next()).value;
      if (more !== undefined) throw new Error(`It printed more than its address: ${more}`);
      return (await ended)[0];
    },
  };
}
