// Writing rules into the user's own file, and taking them out again.
import { mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Document, isSeq, type YAMLSeq } from 'yaml';
import { AgentError } from '../errors.js';
import { lock } from '../session/lock.js';
import { parsePolicy, parseYaml } from './document.js';
import { policyError } from './errors.js';
import { userPolicyFile } from './load.js';
import { readPolicyFile } from './read-file.js';
import { describeRule, parseRule } from './rule.js';
import { entryOf, parseRuleText, ruleTextOf } from './rule-text.js';
import { policyFileSchema, policyJsonSchema } from './schema.js';
import { type Verdict, verdicts } from './types.js';

export interface Remembered {
  file: string;
  /** `moved`: it stood under another verdict. */
  change: 'added' | 'moved' | 'none';
}

const header = `# yaml-language-server: $schema=policy.schema.json
# What Cofferdam's agent may do: allow, ask and deny. "cofferdam policy show" prints what holds, and why.
`;

/**
 * Writes one rule into the user's file, whose comments and order stay. A rule that stands under another verdict moves.
 * Throws AgentError `policy` when the rule or the file is not understood, and then nothing is written.
 */
export async function remember(
  home: string,
  { verdict, rule }: { verdict: Verdict; rule: string },
): Promise<Remembered> {
  const text = parseRuleText(rule);
  const file = userPolicyFile(home);
  checkRule(rule);
  return changeFile(home, (document) => {
    const moved = verdicts.some((other) => other !== verdict && removeFrom(document, other, rule));
    const list = listOf(document, verdict);
    const known = list.items.some((_, i) => standsAt(document, verdict, i) === describeRule(text));
    if (!known) list.add(document.createNode(entryOf(text)));
    return { file, change: moved ? 'moved' : known ? 'none' : 'added' };
  });
}

/** Takes a rule out of the user's file, under whatever verdict it stands. `change: none` where it stands nowhere. Throws as `remember` does. */
export async function forget(home: string, rule: string): Promise<{ file: string; verdicts: Verdict[] }> {
  const file = userPolicyFile(home);
  return changeFile(home, (document) => ({
    file,
    verdicts: verdicts.filter((verdict) => removeFrom(document, verdict, rule)),
  }));
}

function checkRule(rule: string): void {
  try {
    parseRule(parseRuleText(rule), { layer: 'user', text: rule, verdict: 'ask' });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const remedy = 'See "cofferdam policy --help" for the form of rules.';
    throw new AgentError('policy', `The rule cannot be used: ${error.message}`, remedy, { cause: error });
  }
}

async function changeFile<Result>(home: string, change: (document: Document) => Result): Promise<Result> {
  const file = userPolicyFile(home);
  await mkdir(home, { recursive: true, mode: 0o700 });
  const release = await patientLock(`${file}.lock`);
  try {
    const before = await readPolicyFile(file);
    parsePolicy(before ?? '', file, 'user');
    const { document } = parseYaml(before ?? header, file);
    const result = change(document);
    const after = document.toString({ lineWidth: 0 });
    // What was written must be understood by whoever reads it next.
    parsePolicy(after, file, 'user');
    if (after !== before) await replace(file, after);
    if (before === undefined)
      await replace(join(home, 'policy.schema.json'), `${JSON.stringify(policyJsonSchema(), null, 2)}\n`);
    return result;
  } finally {
    release();
  }
}

/** Others hold it for a few milliseconds. */
async function patientLock(file: string): Promise<() => void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return lock(file);
    } catch (error) {
      if (attempt >= 50) throw error;
      await pause(20);
    }
  }
}

/** All of it or nothing, over a crash too. */
async function replace(file: string, text: string): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    const handle = await open(temporary, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw policyError(
      target,
      `it cannot be written (${(error as Error).message}).`,
      'Make room, or make the folder writable.',
      error,
    );
  }
}

function listOf(document: Document, verdict: Verdict): YAMLSeq {
  const found = document.get(verdict);
  if (isSeq(found)) return found;
  const list = document.createNode([]) as YAMLSeq;
  document.set(verdict, list);
  return list;
}

function standsAt(document: Document, verdict: Verdict, index: number): string {
  const entry = policyFileSchema.shape[verdict].parse([document.toJS()[verdict][index]])?.[0];
  return entry === undefined ? '' : describeRule(ruleTextOf(entry));
}

function removeFrom(document: Document, verdict: Verdict, rule: string): boolean {
  const list = document.get(verdict);
  if (!isSeq(list)) return false;
  const wanted = describeRule(parseRuleText(rule));
  const at = list.items.findIndex((_, i) => standsAt(document, verdict, i) === wanted);
  if (at === -1) return false;
  list.items.splice(at, 1);
  if (list.items.length === 0) document.delete(verdict);
  return true;
}
