// The servers that the mcp.json files of the user and of the repository name.
import { existsSync, lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { quoted } from '@cofferdam/mcp-servers/untrusted';
import * as z from 'zod';
import { type Entry, isSwitchedOff, readEntry } from './entry.js';
import { withoutComments } from './jsonc.js';
import { nameProblem, serverName } from './names.js';
import { referencesOf } from './variables.js';
import { plain } from './words.js';

/** Whose word an entry is: the user's own, or that of whoever made the repository. */
export type Origin = 'user' | 'repository';

export interface FoundServer {
  /** As the model, policies and questions have it. */
  name: string;
  entry: Entry;
  origin: Origin;
  /** For people: a path, or who named the server. */
  from: string;
}

export interface Places {
  /** COFFERDAM_HOME. */
  home: string;
  /** The folder that the user opened. */
  workspace: string;
  /** Servers that an editor passes on, in the form of the files: by name, an entry. */
  given?: Readonly<Record<string, unknown>>;
}

const maxBytes = 1024 * 1024;
const serverMap = z.record(z.string(), z.unknown());
const fileSchema = z.looseObject({ servers: serverMap.optional(), mcpServers: serverMap.optional() });

/** The same server in several files is the first one's; `notices` say what is left out and why, for people. */
export function findServers({ home, workspace, given = {} }: Places): { servers: FoundServer[]; notices: string[] } {
  const servers = new Map<string, FoundServer>();
  const notices: string[] = [];

  function take(entries: Readonly<Record<string, unknown>>, origin: Origin, from: string): void {
    const taken = new Set<string>();
    for (const [written, value] of Object.entries(entries)) {
      const leaveOut = (why: string) =>
        notices.push(`The MCP server ${quoted(written, 60)} in ${from} is left out: ${why}.`);
      if (isSwitchedOff(value)) continue;
      const problem = nameProblem(written, taken);
      if (problem !== undefined) {
        leaveOut(`${problem}. Give it another name`);
        continue;
      }
      const name = serverName(written);
      taken.add(name);
      const read = readEntry(value);
      if ('problem' in read) {
        leaveOut(plain(read.problem));
        continue;
      }
      const [unfillable] = referencesOf(read.entry).problems;
      if (unfillable !== undefined) {
        leaveOut(plain(unfillable));
        continue;
      }
      const first = servers.get(name);
      if (!first) servers.set(name, { name, entry: read.entry, origin, from });
      else if (!isDeepStrictEqual(first.entry, read.entry)) leaveOut(`${first.from} names another server ${name}`);
    }
  }

  for (const { file, origin } of files(home, workspace)) {
    const content = readFile(file, origin);
    if (content === undefined) continue;
    if ('problem' in content) notices.push(`${file} is not used: ${content.problem}.`);
    else take(content.entries, origin, file);
  }
  take(given, 'user', 'your editor');
  return { servers: [...servers.values()], notices };
}

/** The folder that consent belongs to: the repository around `workspace`, else itself; absolute, without links. */
export function projectRoot(workspace: string): string {
  const start = realpathSync(workspace);
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (folder === dirname(folder)) return start;
  }
}

function files(home: string, workspace: string): { file: string; origin: Origin }[] {
  const folders = [...new Set([realpathSync(workspace), projectRoot(workspace)])];
  const inRepository = folders.flatMap((folder) =>
    ['.cofferdam/mcp.json', '.mcp.json', '.vscode/mcp.json'].map((path) => join(folder, path)),
  );
  return [
    { file: join(home, 'mcp.json'), origin: 'user' },
    ...inRepository.map((file) => ({ file, origin: 'repository' as const })),
  ];
}

/** A repository's file that is a link or a pipe is not opened: what it leads to was not meant to be read here. */
function readFile(
  file: string,
  origin: Origin,
): { entries: Record<string, unknown> } | { problem: string } | undefined {
  const stat = (origin === 'user' ? statSync : lstatSync)(file, { throwIfNoEntry: false });
  if (!stat) return undefined;
  if (!stat.isFile()) return { problem: 'it is no ordinary file' };
  if (stat.size > maxBytes) return { problem: 'it is larger than 1 MB' };
  try {
    const content = fileSchema.safeParse(JSON.parse(withoutComments(readFileSync(file, 'utf8'))));
    if (!content.success) return { problem: plain(z.prettifyError(content.error)) };
    const { servers = {}, mcpServers = {} } = content.data;
    return { entries: { ...mcpServers, ...servers } };
  } catch (error) {
    return { problem: plain((error as Error).message) };
  }
}
