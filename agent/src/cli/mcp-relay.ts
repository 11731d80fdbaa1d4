// `cofferdam mcp files|git --sandbox ID`: the server runs in the sandbox; this carries what it reads and writes. Imports
// next to nothing: each session starts two of them.
import { pipeline } from 'node:stream/promises';
import { attachSandbox } from '@cofferdam/sandbox';
import { stateHome } from '../home.js';
import { usage } from './command.js';
import { expectStdio, type HttpValues } from './mcp-http.js';
import { closeInputOnSignals, ignorePrematureClose } from './mcp-input.js';

/** Throws AgentError `usage`. */
export async function relaySandbox(name: 'files' | 'git', id: string, values: HttpValues): Promise<void> {
  if (values.http !== undefined) throw usage(`${name} --sandbox is served over stdio only.`);
  expectStdio(values);
  closeInputOnSignals();
  const sandbox = await attachSandbox(id, { home: stateHome() });
  try {
    await relay(await sandbox.serve(name));
  } finally {
    await sandbox.detach();
  }
}

async function relay(remote: NodeJS.ReadWriteStream): Promise<void> {
  const upward = pipeline(process.stdin, remote).catch(ignorePrematureClose);
  await pipeline(remote, process.stdout, { end: false });
  process.stdin.destroy();
  await upward;
}
