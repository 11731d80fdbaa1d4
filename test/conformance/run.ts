// Runs scenarios of the suite: those for servers against one of ours, those for clients with a program of ours.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Programs } from '../support/node24.js';

/** One of the things that a scenario checks. */
export interface Check {
  id: string;
  status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'INFO';
  errorMessage?: string;
  details?: Record<string, unknown>;
}

export interface Report {
  /** By scenario. */
  checks: Map<string, Check[]>;
  /** What the suite printed, for whoever looks into a failure. */
  output: string;
}

/** The names of the suite's scenarios. */
export async function scenariosFor(half: 'server' | 'client', { node, conformance }: Programs): Promise<string[]> {
  const { stdout } = await promisify(execFile)(node, [conformance, 'list', `--${half}`]);
  return [...stdout.matchAll(/^ +- (\S+)/gm)].map(([, name = '']) => name);
}

/** Runs `scenarios`, or all there are. A server that is not ours to configure has no room for a session of each. */
export async function runSuite(
  { node, conformance }: Programs,
  url: string,
  scenarios?: readonly string[],
): Promise<Report> {
  const results = mkdtempSync(join(tmpdir(), 'cofferdam-conformance-'));
  const selections = scenarios?.map((name) => ['--scenario', name]) ?? [['--suite', 'all']];
  let output = '';
  try {
    for (const selection of selections) {
      output += await outputOf(node, [conformance, 'server', '--url', url, ...selection, '-o', results]);
    }
    return { output, checks: new Map(readdirSync(results).map((folder) => checksIn(results, folder))) };
  } finally {
    rmSync(results, { recursive: true });
  }
}

/** Runs one scenario with `command`, to which the suite adds the URL of its server. */
export async function runClient(
  { node, conformance }: Programs,
  command: string,
  scenario: string,
): Promise<{ checks: Check[]; output: string }> {
  const results = mkdtempSync(join(tmpdir(), 'cofferdam-conformance-'));
  try {
    const args = [conformance, 'client', '--command', command, '--scenario', scenario, '-o', results];
    const output = await outputOf(node, args);
    const files = readdirSync(results, { recursive: true, encoding: 'utf8' });
    const [file = ''] = files.filter((path) => path.endsWith('checks.json'));
    return { output, checks: JSON.parse(readFileSync(join(results, file), 'utf8')) };
  } finally {
    rmSync(results, { recursive: true });
  }
}

/** The folders are named `server-SCENARIO-TIME`. */
function checksIn(results: string, folder: string): [scenario: string, checks: Check[]] {
  const scenario = folder.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, '');
  return [scenario, JSON.parse(readFileSync(join(results, folder, 'checks.json'), 'utf8'))];
}

/** It fails as soon as one scenario does; which ones did is told by the results. */
function outputOf(command: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, (error, stdout, stderr) => {
      if (error && error.code !== 1) reject(error);
      else resolve(stdout + stderr);
    });
  });
}
