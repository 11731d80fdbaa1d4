// What `run` and `sessions resume` can be told beforehand.
import { resolve } from 'node:path';
import { type SessionMode, sessionModes } from '../policy/types.js';
import type { Limits } from './agent-client.js';
import { oneOf, usage } from './command.js';

const approveChoices = ['ask', 'plan', 'all'] as const;
export const applyChoices = ['ask', 'all', 'none'] as const;
export type ApplyChoice = (typeof applyChoices)[number];

export const workOptions = {
  mode: { type: 'string' },
  approve: { type: 'string' },
  apply: { type: 'string' },
  once: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  summary: { type: 'string' },
  'max-turns': { type: 'string' },
  'max-tokens': { type: 'string' },
  'max-minutes': { type: 'string' },
  'max-money': { type: 'string' },
} as const;

export const workHelp = `  --mode ask|plan|build|auto
                           ask only reads; plan has its plan approved first (default); build asks before what could do
                           harm; auto asks what your policy asks
  --approve ask|plan|all   the same in three words: build, plan, or auto with every question answered yes
  --apply ask|all|none     what to do with the result (default: ask at a terminal, none elsewhere)
  --max-turns N  --max-tokens N  --max-minutes N  --max-money DOLLARS
                           stop there, if the policy does not stop earlier
  --summary FILE           writes what was done as Markdown, fit for a merge request
  --once                   ends after one turn, also at a terminal
  --json                   one JSON object a line on stdout; asks nothing`;

/** As `parse` answers them. */
type Values = {
  [Name in keyof typeof workOptions]?:
    | ((typeof workOptions)[Name]['type'] extends 'boolean' ? boolean : string)
    | undefined;
};

export interface Choices {
  /** Undefined: as the session or its default has it. */
  mode: SessionMode | undefined;
  answerAll: boolean;
  /** Undefined: ask where somebody is there, else leave it in the sandbox. */
  apply: ApplyChoice | undefined;
  once: boolean;
  json: boolean;
  /** Absolute. */
  summary: string | undefined;
  limits: Limits;
}

const modeOf = { ask: 'build', plan: 'plan', all: 'auto' } as const;

/** Throws AgentError `usage`. */
export function readChoices(values: Values): Choices {
  const { once = false, json = false, summary } = values;
  const approve = values.approve === undefined ? undefined : oneOf('--approve', values.approve, approveChoices);
  const mode = values.mode === undefined ? undefined : oneOf('--mode', values.mode, sessionModes);
  return {
    mode: mode ?? (approve && modeOf[approve]),
    answerAll: approve === 'all',
    apply: values.apply === undefined ? undefined : oneOf('--apply', values.apply, applyChoices),
    once,
    json,
    summary: summary === undefined ? undefined : resolve(summary),
    limits: {
      ...wholeNumber('turns', values['max-turns']),
      ...wholeNumber('tokens', values['max-tokens']),
      ...positive('minutes', values['max-minutes']),
      ...positive('money', values['max-money']),
    },
  };
}

function wholeNumber(name: keyof Limits, value: string | undefined): Limits {
  if (value !== undefined && !/^[1-9]\d{0,14}$/.test(value)) {
    throw usage(`--max-${name} is ${JSON.stringify(value)}, but must be a whole number from 1 on.`);
  }
  return value === undefined ? {} : { [name]: Number(value) };
}

function positive(name: keyof Limits, value: string | undefined): Limits {
  if (value !== undefined && !(/^\d{1,9}(\.\d+)?$/.test(value) && Number(value) > 0)) {
    throw usage(`--max-${name} is ${JSON.stringify(value)}, but must be a number above 0.`);
  }
  return value === undefined ? {} : { [name]: Number(value) };
}

/** Whether somebody is there who can be asked. */
export function isTerminal({ json }: Pick<Choices, 'json'>): boolean {
  return !json && process.stdin.isTTY === true && process.stderr.isTTY === true;
}
