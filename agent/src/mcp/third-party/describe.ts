// What an entry of mcp.json means, in lines for the person who is asked about it.
import { privateAddressesOf } from './addresses.js';
import type { Entry, HttpEntry, StdioEntry } from './entry.js';
import { variablesIn } from './variables.js';
import { plain } from './words.js';

const maxLine = 300;

/** The values of variables and headers are left out: they may be secrets. */
export async function summaryOf(entry: Entry): Promise<string[]> {
  return entry.type === 'stdio' ? ofProgram(entry) : ofAddress(entry);
}

function ofProgram({ command, args, env, cwd }: StdioEntry): string[] {
  const words = [command, ...args].map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word)));
  const names = Object.entries(env).map(([name, value]) => named(name, value));
  const given = variablesIn([command, ...args, cwd ?? ''].join(' '));
  return [
    `Runs in the sandbox, without a network: ${plain(words.join(' '), 1_000)}`,
    ...(cwd === undefined ? [] : [`In the folder ${plain(cwd, maxLine)}`]),
    ...(names.length > 0 ? [`Gets the variables ${plain(names.join(', '), maxLine)}`] : []),
    ...(given.length > 0 ? [`Gets, on its command line, your ${given.join(', ')}`] : []),
    ...(names.length + given.length > 0 ? ['Whatever else runs in the sandbox can read what it gets.'] : []),
  ];
}

async function ofAddress({ url, headers, oauth }: HttpEntry): Promise<string[]> {
  const isPlain = URL.canParse(url);
  const inside = isPlain ? await privateAddressesOf(new URL(url)) : [];
  const names = Object.entries(headers).map(([name, value]) => named(name, value));
  const given = variablesIn([url, ...Object.values(oauth ?? {})].join(' '));
  return [
    `Connects to ${plain(url, maxLine)}`,
    ...(inside.length > 0 ? [`That is ${inside.join(', ')}: this machine, or a network that it is in.`] : []),
    ...(names.length > 0 ? [`Sends it the headers ${plain(names.join(', '), maxLine)}`] : []),
    ...(given.length > 0 ? [`Uses your ${given.join(', ')}`] : []),
    ...(oauth?.grant === 'client_credentials' ? ['Logs in by itself, with the credentials of a client.'] : []),
    'What the model sends there leaves this machine.',
  ];
}

function named(name: string, value: string): string {
  const from = variablesIn(value);
  return from.length > 0 ? `${name} (your ${from.join(', ')})` : name;
}
