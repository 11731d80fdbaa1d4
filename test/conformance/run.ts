// Runs server scenarios of the suite against one server.
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
}

export interface Report {
  /** By scenario. */
  checks: Map<string, Check[]>;
  /** What the suite printed, for whoever looks into a failure. */
  output: string;
}

/** The names of the suite's server scenarios. */
export async function serverScenarios({ node, conformance }: Programs): Promise<string[]> {
  const { stdout } = await promisify(execFile)(node, [conformance, 'list', '--server']);
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
