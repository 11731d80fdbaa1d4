// Why a call runs, asks or is denied, in one sentence for people and the model.
import { sourceOf } from './commands/index.js';
import type { Subject } from './subject.js';
import type { RuleSource } from './types.js';
import type { Weighed } from './weigh.js';

export function reasonOf({ verdict, decidedBy, subject }: Weighed): string {
  if (decidedBy.layer === 'default') return defaultReason(decidedBy, subject);
  const rule = `${ownerOf(decidedBy)} (line ${decidedBy.line}: ${decidedBy.verdict} ${short(decidedBy.text)})`;
  if (decidedBy.note)
    return `It cannot be ruled out that ${aboutSubject(subject)} is what ${rule} forbids${doubtIn(subject)}.`;
  const does = { allow: 'is allowed by', ask: 'asks because of', deny: 'is denied by' }[verdict];
  return `${capital(aboutSubject(subject))} ${does} ${rule}.`;
}

function defaultReason({ text, verdict }: RuleSource, subject: Subject): string {
  if (subject.kind !== 'command') return `By default ${text}.`;
  if (text.startsWith('commands.')) {
    return `${capital(aboutSubject(subject))} is among the commands that ${verdict === 'allow' ? 'run unasked' : 'ask'} by default (${short(text)}).`;
  }
  return `By default ${text}: ${aboutSubject(subject)}${doubtIn(subject)}.`;
}

function ownerOf({ layer }: RuleSource): string {
  return layer === 'user' ? "the user's policy" : `the ${layer}'s policy`;
}

function aboutSubject(subject: Subject): string {
  if (subject.kind === 'path') return `\`${short(subject.part.source)}\``;
  if (subject.kind === 'host') return short(subject.host);
  if (subject.kind === 'whole') return 'the call';
  const [view] = subject.part.views;
  return view ? `\`${short(sourceOf(view))}\`` : 'the command';
}

function doubtIn(subject: Subject): string {
  const why = subject.kind === 'command' ? subject.part.doubt?.why : undefined;
  return why === undefined ? '' : `: ${short(why)}`;
}

function capital(text: string): string {
  return /^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** Texts of others may be long, and may hold lines of their own. */
export function short(text: string, length = 120): string {
  const line = text.replace(/[\s\p{C}]+/gu, ' ').trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}
