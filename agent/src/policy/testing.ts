// Policies and calls for tests.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadPolicy } from './load.js';
import type { Policy } from './policy.js';
import type { CallFacts, Decision, Situation } from './types.js';

export interface Files {
  organisation?: string;
  user?: string;
  repository?: string;
}

/** The folders of a policy with these files, which go when the test ends. */
export function places({ organisation, user, repository }: Files = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'cofferdam-policy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const home = join(folder, 'home');
  const workspace = join(folder, 'workspace');
  const files = {
    organisation: join(folder, 'organisation.yaml'),
    user: join(home, 'policy.yaml'),
    repository: join(workspace, '.cofferdam', 'policy.yaml'),
  };
  mkdirSync(home);
  mkdirSync(workspace);
  const write = (file: string, text: string | undefined) => {
    if (text === undefined) return;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  write(files.organisation, organisation);
  write(files.user, user);
  write(files.repository, repository);
  const env: NodeJS.ProcessEnv =
    organisation === undefined ? {} : { COFFERDAM_ORGANISATION_POLICY: files.organisation };
  return { home, workspace, env, files };
}

export function policyOf(files: Files = {}): Promise<Policy> {
  return loadPolicy(places(files));
}

const ours = { readOnly: false, outward: false, ours: true };
export const run = (command: unknown, more: Record<string, unknown> = {}): CallFacts => ({
  server: 'commands',
  tool: 'run_command',
  input: { command, ...more },
  ...ours,
});
export const start = (command: string): CallFacts => ({ ...run(command), tool: 'start_command' });
export const edit = (path: unknown): CallFacts => ({ server: 'files', tool: 'edit_file', input: { path }, ...ours });
export const read = (path: unknown): CallFacts => ({ ...edit(path), tool: 'read_file', readOnly: true });
export const note: CallFacts = {
  server: 'gitlab',
  tool: 'create_note',
  input: {},
  readOnly: false,
  outward: true,
  ours: true,
};
export const issue: CallFacts = { ...note, tool: 'get_issue', readOnly: true };
export const weather: CallFacts = {
  server: 'weather',
  tool: 'get_forecast',
  input: { city: 'Berlin' },
  readOnly: true,
  outward: false,
  ours: false,
};

export const auto: Situation = { mode: 'auto', planApproved: false, basedOn: [] };
export const build: Situation = { ...auto, mode: 'build' };

/** `deny user:2`, `ask default`: the verdict, and what decided. */
export function brief({ verdict, decidedBy: { layer, line } }: Decision): string {
  return `${verdict} ${layer}${line === undefined ? '' : `:${line}`}`;
}
