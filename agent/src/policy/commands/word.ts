// One word of a command line: what Bash will make of it, where that can be known.
import type { Assignment, CommandArgument, Word as ParsedWord, WordPart } from 'unbash';

export interface Word {
  /** As it is written. */
  source: string;
  /** What the program gets; undefined where that is known only when it runs, and then it may be several words or none. */
  value: string | undefined;
}

export function toWord(argument: CommandArgument): Word {
  return argument.type === 'Word'
    ? { source: argument.text, value: literalValue(argument) }
    : { source: argument.text, value: assignmentValue(argument) };
}

/** `NAME=value` of an assignment. */
export function assignmentValue({ name, append, index, value }: Assignment): string | undefined {
  if (index !== undefined || append || value.type !== 'Word') return undefined;
  const text = literalValue(value);
  return text === undefined ? undefined : `${name}=${text}`;
}

/** Undefined for a word that holds an expansion or a wildcard. */
export function literalValue({ text, value, parts }: ParsedWord): string | undefined {
  // Bash puts a home folder for an unquoted tilde at the start, or where a value starts.
  const bare = parts === undefined ? [text] : parts.flatMap((part) => (part.type === 'Literal' ? part.text : []));
  if (text.startsWith('~') || bare.some((one) => /[=:]~/.test(one))) return undefined;
  return parts === undefined || parts.every(isLiteral) ? value : undefined;
}

function isLiteral(part: WordPart): boolean {
  if (part.type === 'DoubleQuoted' || part.type === 'LocaleString') return part.parts.every(isLiteral);
  return part.type === 'Literal' || part.type === 'SingleQuoted' || part.type === 'AnsiCQuoted';
}
