// `cofferdam doctor`: what is missing on this machine and the one command that mends each.
import { parseArgs } from 'node:util';
import type { Finding } from './check.js';
import { checks, type Examination, examine } from './examine.js';
import { withProgress } from './progress.js';

const usage = `Usage: cofferdam doctor [--fix] [--json]

Checks what Cofferdam needs on this machine and says how to mend what is missing.

  --fix   mend what a program can: install and start Docker (Debian and Ubuntu, as root), build the images
  --json  one JSON object a check on stdout

Exit codes: 0 nothing is missing, 1 something is, 2 wrong usage, or something --fix could not mend.`;

/** Resolves with the exit code. */
export async function doctorCommand(argv: string[]): Promise<number> {
  const options = parse(argv);
  if (options.problem !== undefined) {
    process.stderr.write(`${options.problem}\n\n${usage}\n`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const { fix, json } = options;
  const problems: Examination[] = [];
  const mending = fix ? withProgress : undefined;
  for await (const examination of examine(checks, mending)) {
    process.stdout.write(json ? `${JSON.stringify(toJson(examination))}\n` : describe(examination));
    if (examination.finding.state === 'problem') problems.push(examination);
  }
  if (problems.length === 0) return 0;
  return fix ? 2 : 1;
}

function parse(argv: string[]) {
  const flags = { fix: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
  try {
    const { fix = false, json = false, help = false } = parseArgs({ args: argv, options: flags }).values;
    return { fix, json, help, problem: undefined };
  } catch (error) {
    return { fix: false, json: false, help: false, problem: (error as Error).message };
  }
}

function toJson({ name, finding, mended }: Examination) {
  return { name, ...finding, mended };
}

const marks: Record<Finding['state'], string> = { ok: '✓', warning: '!', problem: '✗', skipped: '-' };

function describe({ name, finding, mended }: Examination): string {
  const lines = [`${marks[finding.state]} ${name}: ${finding.detail}${mended ? ' (mended)' : ''}`];
  if ('remedy' in finding) lines.push(`→ ${finding.remedy}`);
  return `${lines.join('\n').replaceAll('\n', '\n    ')}\n`;
}
