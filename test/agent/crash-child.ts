// A session in a process of its own, that kills itself at one write of its log: crash-child HOME ID URL EFFECTS [before|after NUMBER]
// Prints what it shows to the user, an event a line, and how it ended.
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { AgentSession } from '../../agent/src/agent/index.js';
import { openToolbox } from '../../agent/src/mcp/index.js';
import { anthropicModel } from '../../agent/src/model/index.js';
import { everything, loadPolicy } from '../../agent/src/policy/index.js';
import { createLog, readSession, resumeLog, Session, type SessionLog } from '../../agent/src/session/index.js';
import { memoryKeeper } from './memory-keeper.js';

const [home = '', id = '', url = '', effects = '', side = '', at = '0'] = process.argv.slice(2);

function isBegun(): boolean {
  try {
    return readSession(home, id).length > 0;
  } catch {
    return false;
  }
}

/** Dies right before or right after its write number `at`. */
function mortal(log: SessionLog): SessionLog {
  let writes = 0;
  const die = () => process.kill(process.pid, 'SIGKILL');
  return {
    ...log,
    append(...events) {
      writes += 1;
      if (side === 'before' && writes === Number(at)) die();
      log.append(...events);
      if (side === 'after' && writes === Number(at)) die();
    },
  };
}

/** What it does is on the disk before it answers. */
function actor(): Server {
  const server = new Server({ name: 'fake', version: '1' }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: [{ name: 'act', inputSchema: { type: 'object' as const }, annotations: { openWorldHint: false } }],
  }));
  server.setRequestHandler(CallToolRequestSchema, ({ params }) => {
    const file = openSync(effects, 'a');
    writeSync(file, `${String(params.arguments?.['n'])}\n`);
    fsyncSync(file);
    closeSync(file);
    return { content: [{ type: 'text' as const, text: 'acted' }] };
  });
  return server;
}

/** Exits where another process has it. */
function openedLog(): SessionLog {
  try {
    return begun ? resumeLog(home, id) : createLog(home, id);
  } catch (error) {
    print({ reason: (error as { code?: string }).code });
    process.exit(1);
  }
}

const begun = isBegun();
const print = (line: unknown) => writeSync(1, `${JSON.stringify(line)}\n`);
const session = new Session(mortal(openedLog()), print);
const [ours, theirs] = InMemoryTransport.createLinkedPair();
await actor().connect(theirs);
const toolbox = await openToolbox([{ name: 'fake', transport: ours }], new AbortController().signal);
const agent = new AgentSession({
  id,
  session,
  home,
  policy: await loadPolicy({ home, workspace: home, env: {} }),
  createModel: async () => anthropicModel({ apiKey: 'any', baseURL: url, backoffMs: 1 }),
  openWorkbench: async () => ({ toolbox, keeper: memoryKeeper(), folder: '', close: () => toolbox.close() }),
  asker: everything,
  show: () => {},
});
if (!begun)
  session.record({ kind: 'session', version: 2, id, workspace: home, model: 'claude-sonnet-5', mode: 'auto' });
const { reason } = await (begun ? agent.resume() : agent.prompt([{ type: 'text', text: 'Do them all.' }]));
await agent.close();
print({ reason });
