// Writing rules into the user's own file, and taking them out again.
import { mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseDocument } from 'yaml';
import { AgentError } from '../errors.js';
import { lock } from '../session/lock.js';
import { parsePolicy } from './document.js';
import { withEntry, withoutEntry } from './edit-text.js';
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
 * Throws AgentError `policy` when the rule or the file is not understood or cannot be written, and then nothing is changed.
 */
export async function remember(
  home: string,
  { verdict, rule }: { verdict: Verdict; rule: string },
): Promise<Remembered> {
  checkRule(rule);
  const wanted = describeRule(parseRuleText(rule));
  return changeFile(home, (before) => {
    const known = placesOf(before, wanted);
    const text = known.filter((place) => place.verdict !== verdict).reduce(remove, before);
    const stands = known.some((place) => place.verdict === verdict);
    const change = text !== before ? 'moved' : stands ? 'none' : 'added';
    return { text: stands ? text : withEntry(text, verdict, entryOf(parseRuleText(rule))), result: { change } };
  });
}

/** Takes a rule out of the user's file, under whatever verdict it stands; `verdicts` is empty where it stands nowhere. Throws as `remember` does. */
export async function forget(home: string, rule: string): Promise<{ file: string; verdicts: Verdict[] }> {
  const wanted = describeRule(parseRuleText(rule));
  return changeFile(home, (before) => {
    const known = placesOf(before, wanted);
    return { text: known.reduce(remove, before), result: { verdicts: known.map(({ verdict }) => verdict) } };
  });
}

interface Place {
  verdict: Verdict;
  index: number;
}

/** Where a rule stands, the last first: taking one out leaves the others where they are. */
function placesOf(text: string, rule: string): Place[] {
  const content = policyFileSchema.parse(parseDocument(text).toJS() ?? {});
  const places = verdicts.flatMap((verdict) =>
    (content[verdict] ?? []).flatMap((entry, index) =>
      describeRule(ruleTextOf(entry)) === rule ? [{ verdict, index }] : [],
    ),
  );
  return places.reverse();
}

function remove(text: string, { verdict, index }: Place): string {
  return withoutEntry(text, verdict, index);
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

async function changeFile<Result extends object>(
  home: string,
  change: (text: string) => { text: string; result: Result },
): Promise<Result & { file: string }> {
  const file = userPolicyFile(home);
  await mkdir(home, { recursive: true, mode: 0o700 });
  const release = await patientLock(`${file}.lock`);
  try {
    const before = await readPolicyFile(file);
    parsePolicy(before ?? '', file, 'user');
    const { text, result } = change(before ?? header);
    if (text !== (before ?? header)) {
      // What is written must be understood by whoever reads it next.
      parsePolicy(text, file, 'user');
      if (before === undefined)
        await replace(join(home, 'policy.schema.json'), `${JSON.stringify(policyJsonSchema(), null, 2)}\n`);
      await replace(file, text);
    }
    return { file, ...result };
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
