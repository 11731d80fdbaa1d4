// Job logs for tests, as GitLab Runner 17 writes them.
import type { Source } from './line.js';

const esc = '\x1B';
const cyan = (text: string) => `${esc}[0K${esc}[36;1m${text}${esc}[0;m${esc}[0;m`;

/** `$ npm test`, as the runner echoes it. */
export const command = (text: string) => `${esc}[32;1m$ ${text}${esc}[0;m`;
export const error = (text: string) => `${esc}[31;1mERROR: ${text}${esc}[0;m`;
export const warning = (text: string) => `${esc}[0;33mWARNING: ${text}${esc}[0;m`;
export const verdict = (text: string) => error(`Job failed${text} ${esc}[0;m`);

let clock = 1_716_381_826;

/** A section ends right before the next one starts, on the same line. */
export function section(name: string, title: string, ...lines: string[]): string {
  const start = `section_start:${clock}:${name}\r${esc}[0K${cyan(title)}\n`;
  clock += 3;
  return `${start}${lines.map((line) => `${line}\n`).join('')}section_end:${clock}:${name}\r${esc}[0K`;
}

export const greeting = [
  `${esc}[0KRunning with gitlab-runner 17.5.3 (12030cf4)${esc}[0;m`,
  `${esc}[0K  on blue-3.runners.example.com/default J2nyww-s, system ID: s_cf1798852952${esc}[0;m`,
  '',
].join('\n');

export const executor = section(
  'prepare_executor',
  'Preparing the "docker" executor',
  `${esc}[0KUsing Docker executor with image node:20 ...${esc}[0;m`,
  `${esc}[0KPulling docker image node:20 ...${esc}[0;m`,
  `${esc}[0KUsing docker image sha256:786005b8 for node:20 with digest node@sha256:c7fd844 ...${esc}[0;m`,
);

export const preparation = [
  greeting,
  executor,
  section(
    'prepare_script',
    'Preparing environment',
    'Running on runner-j2nyww-s-project-42-concurrent-0 via blue-3...',
  ),
  section(
    'get_sources',
    'Getting source from Git repository',
    `${esc}[32;1mFetching changes with git depth set to 20...${esc}[0;m`,
    'Initialized empty Git repository in /builds/acme/shop/.git/',
    `${esc}[32;1mChecking out 9ba12248 as detached HEAD (ref is main)...${esc}[0;m`,
    'warning: redirecting to https://gitlab.example.com/acme/shop.git/',
    `${esc}[32;1mSkipping Git submodules setup${esc}[0;m`,
  ),
  section(
    'restore_cache',
    'Restoring cache',
    'Checking cache for main-protected...',
    'FATAL: file does not exist',
    'Failed to extract cache',
  ),
].join('');

export const cleanup = [
  section('after_script', 'Running after_script', command('rm -rf tmp'), 'rm: error: nothing failed here'),
  section(
    'upload_artifacts_on_failure',
    'Uploading artifacts for failed job',
    warning('reports/: no matching files. Ensure that the artifact path is relative to the working directory'),
    error('No files to upload'),
  ),
  section('cleanup_file_variables', 'Cleaning up project directory and file based variables'),
].join('');

const scriptTitle = 'Executing "step_script" stage of the job script';

export function failed(lines: readonly string[], how = ': exit code 1'): string {
  return `${preparation}${section('step_script', scriptTitle, ...lines)}${cleanup}${verdict(how)}\n`;
}

export function succeeded(lines: readonly string[]): string {
  const script = section('step_script', scriptTitle, ...lines);
  return `${preparation}${script}${esc}[32;1mJob succeeded${esc}[0;m\n`;
}

/** The trace in pieces of `size` bytes, which fall where they may. */
export async function* inPieces(trace: string, size = 1000): Source {
  const bytes = Buffer.from(trace);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export const many = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i));
