// Decisions and policies as text for people.
import { defaultRules } from './defaults.js';
import { knownCommands } from './known-commands.js';
import type { Policy } from './policy.js';
import { type Decision, type RuleSource, sessionModes } from './types.js';

/** `/home/me/policy.yaml:4: deny gitlab.create_note`, or the name of the default. */
export function describeSource({ layer, file, line, text, verdict, note }: RuleSource): string {
  const where =
    file === undefined
      ? { default: 'built-in', mode: 'mode', 'outside-text': 'outside text' }[layer as 'default']
      : `${file}:${line}`;
  return `${where}: ${verdict} ${text}${note === undefined ? '' : ` (${note})`}`;
}

export function describeDecision({ verdict, reason, decidedBy, considered, always }: Decision): string {
  const deciding = describeSource(decidedBy);
  const others = considered.map(describeSource).filter((text) => text !== deciding);
  return [
    `${verdict}: ${reason}`,
    `  decided by  ${deciding}`,
    ...others.map((text) => `  considered  ${text}`),
    ...(always ? [`  always      ${always.allow}`] : []),
  ].join('\n');
}

/** The effective policy, each line with where it comes from. */
export function describePolicy(policy: Policy): string {
  const { limits, model, gitlab, servers, layers } = policy;
  const { money } = limits;
  const widened = [...gitlab.projects, ...gitlab.groups, ...(gitlab.instance ? ['the whole instance'] : [])];
  return [
    'Files, the strongest first:',
    ...(layers.length === 0 ? ['  none'] : layers.map(({ layer, file }) => `  ${layer.padEnd(14)}${file}`)),
    '',
    'Rules:',
    ...layers.flatMap(({ rules }) => rules.map(({ source }) => `  ${describeSource(source)}`)),
    ...defaultRules.map(
      ({ name, verdict, modes }) => `  built-in: ${verdict} ${name}${modes ? ` (${modes.join(', ')})` : ''}`,
    ),
    '',
    `Limits: ${limits.turns} turns, ${limits.tokens.toLocaleString('en')} tokens, ${limits.minutes} minutes, ${money === undefined ? 'no limit on money' : `$${money}`}`,
    `Model: ${model.default} unless another is asked for`,
    `GitLab beyond the project: ${widened.join(', ') || 'nothing'}`,
    `Third-party servers: ${
      Object.entries(servers)
        .map(([name, verdict]) => `${name} ${verdict}`)
        .join(', ') || 'each asks'
    }`,
  ].join('\n');
}

/** The built-in lists of commands, as a policy would state them. */
export function describeKnownCommands(): string {
  const strict = sessionModes.filter((mode) => defaultRules.some(({ modes }) => modes?.includes(mode)));
  return [
    `Commands that run unasked in mode ${strict.filter((mode) => mode !== 'ask').join(' and ')}:`,
    'allow:',
    ...knownCommands.allow.map((command) => `  - commands.*: ${command}`),
    'ask:',
    ...knownCommands.ask.map((command) => `  - commands.*: ${command}`),
  ].join('\n');
}
