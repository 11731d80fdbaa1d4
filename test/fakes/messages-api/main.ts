// Plays a script until it is stopped: main.js --script FILE [--port N]
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Turn } from './script.js';
import { startMessagesApi } from './server.js';

const { values } = parseArgs({ options: { script: { type: 'string' }, port: { type: 'string', default: '0' } } });
if (!values.script) {
  process.stderr.write('Usage: main.js --script FILE [--port N]\n');
  process.exit(2);
}
const script = (await import(pathToFileURL(resolve(values.script)).href)) as { default: Turn[] };
const api = await startMessagesApi(script.default, { port: Number(values.port) });
process.stdout.write(`${JSON.stringify({ url: api.url })}\n`);
const stop = () => void api.close().then(() => process.exit(0));
process.once('SIGTERM', stop).once('SIGINT', stop);
