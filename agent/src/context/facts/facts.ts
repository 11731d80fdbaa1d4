// What is worth knowing of a project before the first step. A few calls at once, each with little time.
import { posix } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { name } from '../names.js';
import type { Workspace } from '../workspace/index.js';
import { languagesOf, sourcePattern } from './languages.js';
import { commandsIn, jobsIn, manifestNames } from './manifests.js';

/** Milliseconds for all of it: what takes longer is left out, and found out by the model where it needs it. */
const defaultPatience = 100;

const maxEntries = 40;
const maxLine = 700;

export interface FactsOptions {
  /** What the user opened; '' for the root. */
  folder: string;
  patience?: number;
}

/** A section for the system prompt, of at most about 600 tokens. */
export async function projectFacts(
  workspace: Workspace,
  { folder, patience = defaultPatience }: FactsOptions,
): Promise<string> {
  const folders = folder === '' ? [''] : ['', folder];
  const facts = await within(patience, [
    languages(workspace),
    branch(workspace),
    ...folders.map((one) => layoutAndCommands(workspace, one)),
  ]);
  const lines = facts
    .flat()
    .map((line) => `- ${line.length > maxLine ? `${line.slice(0, maxLine).toWellFormed()}…` : line}`);
  return ['# The project', 'Gathered by a program when the session was opened; names are in quotes.', ...lines].join(
    '\n',
  );
}

async function languages(workspace: Workspace): Promise<string[]> {
  const { paths, total } = await workspace.find(sourcePattern);
  const middle = total > 3 * paths.length ? await workspace.find(sourcePattern, Math.floor(total / 2)) : { paths: [] };
  const counted = [...paths, ...middle.paths];
  if (counted.length === 0) return [];
  const sample = counted.length < total ? ` (among ${counted.length} of ${total} source files)` : '';
  return [`Languages, by files: ${languagesOf(counted)}${sample}`];
}

async function branch(workspace: Workspace): Promise<string[]> {
  const current = await workspace.branch();
  return current === null ? [] : [`Git branch: ${name(current)}`];
}

async function layoutAndCommands(workspace: Workspace, folder: string): Promise<string[]> {
  const entries = (await workspace.list(folder === '' ? '.' : folder)).filter((entry) => entry !== '.git/');
  if (entries.length === 0) return [];
  const where = folder === '' ? 'the root' : name(folder);
  const folders = entries.filter((entry) => entry.endsWith('/'));
  const shown = [...folders, ...entries.filter((entry) => !entry.endsWith('/'))].slice(0, maxEntries);
  const rest = entries.length - shown.length;
  const layout = `In ${where}: ${shown.map((entry) => name(entry, 60)).join(' ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  return [layout, ...(await commands(workspace, folder, new Set(entries)))];
}

async function commands(workspace: Workspace, folder: string, names: ReadonlySet<string>): Promise<string[]> {
  const there = manifestNames.filter((manifest) => names.has(manifest));
  const texts = await Promise.all(
    there.map(async (manifest) => [manifest, (await workspace.read(posix.join(folder, manifest))) ?? ''] as const),
  );
  const found = texts.flatMap(([manifest, text]) => commandsIn(manifest, text, names));
  const jobs = texts.flatMap(([manifest, text]) => (manifest === '.gitlab-ci.yml' ? jobsIn(text) : []));
  return [
    ...(found.length > 0 ? [`Commands, as its files name them: ${found.map((one) => `\`${one}\``).join(', ')}`] : []),
    ...(jobs.length > 0 ? [`Jobs in .gitlab-ci.yml: ${jobs.map((job) => name(job, 60)).join(', ')}`] : []),
  ];
}

/** Those that are there in time, in their order. Rejects with the first failure before that. */
async function within<Result>(ms: number, work: readonly Promise<Result[]>[]): Promise<Result[][]> {
  const timer = new AbortController();
  const end = sleep(ms, [], { signal: timer.signal }).catch(() => []);
  for (const one of work) one.catch(() => {}); // what fails too late is not missed
  try {
    return await Promise.all(work.map((one) => Promise.race([one, end])));
  } finally {
    timer.abort();
  }
}
