// What can be read of sessions without an agent: from their logs.
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { exportText } from '../acp/export.js';
import { exportFormats } from '../acp/extension.js';
import { explain } from '../errors.js';
import { stateHome } from '../home.js';
import { oneLine, price, TerminalView } from '../render/index.js';
import { findSession, type ListedSession, listSessions, readSession, searchSessions } from '../session/index.js';
import { existingFolder, exitCode, oneOf, parse, print, printJson, say, usage } from './command.js';

export async function list(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv, {
    workspace: { type: 'string' },
    search: { type: 'string' },
    json: { type: 'boolean' },
  });
  if (positionals.length > 0) throw usage('Look for words with --search.');
  const options = {
    workspace: values.workspace === undefined ? undefined : await existingFolder(values.workspace),
    onDamaged: (error: unknown) => say(explain(error)),
  };
  const home = stateHome();
  const found = values.search ? searchSessions(home, values.search, options) : listSessions(home, options);
  for (const session of found) {
    if (values.json) printJson(session);
    else await print(describe(session));
  }
  return exitCode.done;
}

function describe(session: ListedSession & { excerpt?: string }): string {
  const { id, running, stopped, prompts, cost, title, excerpt } = session;
  const state = running ? 'running' : (stopped ?? 'open');
  const words = excerpt === undefined ? oneLine(title, 80) : oneLine(excerpt, 160);
  const count = `${prompts} ${prompts === 1 ? 'prompt' : 'prompts'}`;
  return `${id}  ${state.padEnd(11)}  ${count.padStart(10)}  ${price(cost).padStart(7)}  ${words}`;
}

export async function show(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv, { json: { type: 'boolean' } });
  const home = stateHome();
  const events = readSession(home, findSession(home, named(positionals)));
  const view = new TerminalView(process.stdout, { numbered: true });
  for (const event of events) {
    if (values.json) printJson(event);
    else view.event(event);
  }
  return exitCode.done;
}

export async function exportSession(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv, {
    format: { type: 'string', default: 'markdown' },
    output: { type: 'string' },
  });
  const format = oneOf('--format', values.format, exportFormats);
  const home = stateHome();
  const text = exportText(home, findSession(home, named(positionals)), format);
  if (values.output === undefined) await print(text.replace(/\n$/, ''));
  else await save(resolve(values.output), text);
  return exitCode.done;
}

async function save(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { mode: 0o600 });
  } catch (error) {
    throw usage(`${file} cannot be written: ${(error as Error).message}.`);
  }
}

/** The one session that is named. Throws AgentError `usage`. */
export function named(positionals: readonly string[]): string {
  const [id, ...more] = positionals;
  if (id === undefined || more.length > 0) throw usage('Name one session.');
  return id;
}
