// What an entry of mcp.json means, in lines for the person who is asked about it.
import { privateAddressesOf } from './addresses.js';
import { type HttpEntry, maxShownLength, type StdioEntry } from './entry.js';
import type { FoundServer, Origin } from './find.js';
import { variablesIn } from './variables.js';
import { plain } from './words.js';

/** Of the user's own entries the values of variables and headers are left out: they may be secrets. */
export async function summaryOf({ entry, origin }: FoundServer): Promise<string[]> {
  return entry.type === 'stdio' ? ofProgram(entry, origin) : ofAddress(entry, origin);
}

function ofProgram({ command, args, env, cwd }: StdioEntry, origin: Origin): string[] {
  const words = [command, ...args].map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word)));
  const variables = named(env, origin);
  const given = variablesIn([command, ...args, cwd ?? ''].join(' '));
  return [
    `Runs in the sandbox, without a network: ${plain(words.join(' '), 2 * maxShownLength)}`,
    ...(cwd === undefined ? [] : [`In the folder ${plain(cwd)}`]),
    ...variables.map((variable) => `Gets the variable ${variable}`),
    ...(given.length > 0 ? [`Gets, on its command line, your ${given.join(', ')}`] : []),
    ...(variables.length + given.length > 0 ? ['Whatever else runs in the sandbox can read what it gets.'] : []),
  ];
}

async function ofAddress({ url, headers, oauth }: HttpEntry, origin: Origin): Promise<string[]> {
  const inside = URL.canParse(url) ? await privateAddressesOf(new URL(url)) : [];
  const given = variablesIn([url, ...Object.values(oauth ?? {})].join(' '));
  return [
    `Connects to ${plain(url, 2 * maxShownLength)}`,
    ...(inside.length > 0 ? [`That is ${inside.join(', ')}: this machine, or a network that it is in.`] : []),
    ...named(headers, origin).map((header) => `Sends it the header ${header}`),
    ...(given.length > 0 ? [`Uses your ${given.join(', ')}`] : []),
    ...(oauth?.grant === 'client_credentials' ? ['Logs in by itself, with the credentials of a client.'] : []),
    'What the model sends there leaves this machine.',
  ];
}

function named(values: Readonly<Record<string, string>>, origin: Origin): string[] {
  return Object.entries(values).map(([name, value]) => {
    const from = variablesIn(value);
    if (origin === 'repository') return `${name}: ${plain(value)}`;
    return from.length > 0 ? `${name} (your ${from.join(', ')})` : name;
  });
}
