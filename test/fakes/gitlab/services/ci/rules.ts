// Which jobs a pipeline gets: `rules`, `only` and `except`, with GitLab's expressions over variables.
import type { Repository } from '../../git/repository.js';
import { asList, isValues, strings, type Values } from './values.js';

export interface Trigger {
  ref: string;
  tag: boolean;
  sha: string;
  source: string;
  repository: Repository | undefined;
  variables: Readonly<Record<string, string>>;
}

/** How a job runs in a pipeline; undefined where it is not part of it. */
export function decide(job: Values, trigger: Trigger): { when: string; allowFailure: boolean } | undefined {
  const when = typeof job['when'] === 'string' ? job['when'] : 'on_success';
  const own = { when, allowFailure: mayFail(job, when) };
  if (job['rules'] !== undefined) {
    const rule = firstRule(job['rules'], trigger);
    if (!rule || rule['when'] === 'never') return undefined;
    const chosen = typeof rule['when'] === 'string' ? rule['when'] : own.when;
    return { when: chosen, allowFailure: 'allow_failure' in rule ? mayFail(rule, chosen) : mayFail(job, 'on_success') };
  }
  if (when === 'never') return undefined;
  const only = job['only'] ?? ['branches', 'tags'];
  return selects(only, trigger) && !(job['except'] !== undefined && selects(job['except'], trigger)) ? own : undefined;
}

/** The first of `rules` that fits; undefined for none. */
export function firstRule(rules: unknown, trigger: Trigger): Values | undefined {
  return asList(rules)
    .flat()
    .filter(isValues)
    .find((rule) => {
      const condition = rule['if'];
      if (typeof condition === 'string' && !evaluate(condition, trigger.variables)) return false;
      const { exists } = rule;
      return exists === undefined || filesExist(isValues(exists) ? exists['paths'] : exists, trigger);
    });
}

/** A manual job may fail unless it (or its rule) says otherwise. */
function mayFail({ allow_failure: given }: Values, when: string): boolean {
  return given === undefined ? when === 'manual' : given !== false;
}

function filesExist(patterns: unknown, { repository, sha }: Trigger): boolean {
  const files = repository?.git('ls-tree', '-r', '-z', '--name-only', sha).split('\0') ?? [];
  return (strings(patterns) ?? []).some((pattern) => files.some((file) => globToRegExp(pattern).test(file)));
}

function globToRegExp(glob: string): RegExp {
  const source = glob.replaceAll(/\*\*\/|\*\*|\*|\?|[.+^${}()|[\]\\]/g, (part) => {
    if (part === '**/') return '(.*/)?';
    if (part === '**') return '.*';
    return part === '*' ? '[^/]*' : part === '?' ? '[^/]' : `\\${part}`;
  });
  return new RegExp(`^${source}$`);
}

const SOURCES: Record<string, string> = {
  api: 'api',
  pushes: 'push',
  web: 'web',
  schedules: 'schedule',
  triggers: 'trigger',
  pipelines: 'pipeline',
  merge_requests: 'merge_request_event',
};

function selects(policy: unknown, trigger: Trigger): boolean {
  const { refs, variables } = isValues(policy) ? policy : { refs: policy, variables: undefined };
  const names = strings(refs);
  const conditions = strings(variables);
  if (names && !names.some((name) => selectsRef(name, trigger))) return false;
  return !conditions || conditions.some((condition) => evaluate(condition, trigger.variables));
}

function selectsRef(name: string, { ref, tag, source }: Trigger): boolean {
  if (name === 'branches') return !tag && source !== 'merge_request_event';
  if (name === 'tags') return tag;
  const pattern = /^\/(.*)\/(i?)$/.exec(name);
  if (pattern) return new RegExp(pattern[1] ?? '', pattern[2]).test(ref);
  return name === ref || SOURCES[name] === source;
}

/** `$A == "x" && ($B =~ /y/ || $C)`. What cannot be read is false, as a pipeline of GitLab would not start either. */
function evaluate(expression: string, variables: Readonly<Record<string, string>>): boolean {
  const tokens = expression.match(/\(|\)|&&|\|\||==|!=|=~|!~|\$\w+|"[^"]*"|'[^']*'|\/(?:\\.|[^/\\])*\/i?|null/g) ?? [];
  let at = 0;
  const operand = (): string | null => {
    const token = tokens[at] ?? '';
    at += 1;
    if (token.startsWith('$')) return variables[token.slice(1)] ?? null;
    return token === 'null' ? null : token.startsWith('/') ? token : token.slice(1, -1);
  };
  const comparison = (): boolean => {
    if (tokens[at] === '(') {
      at += 1;
      const inner = either();
      at += 1;
      return inner;
    }
    const left = operand();
    const operator = tokens[at];
    if (operator === undefined || !['==', '!=', '=~', '!~'].includes(operator)) return left !== null && left !== '';
    at += 1;
    const right = operand();
    if (operator === '==' || operator === '!=') return (left === right) === (operator === '==');
    const pattern = /^\/(.*)\/(i?)$/s.exec(right ?? '');
    const matched = pattern !== null && left !== null && new RegExp(pattern[1] ?? '', pattern[2]).test(left);
    return matched === (operator === '=~');
  };
  const both = (): boolean => {
    let value = comparison();
    while (tokens[at] === '&&') {
      at += 1;
      value = comparison() && value;
    }
    return value;
  };
  const either = (): boolean => {
    let value = both();
    while (tokens[at] === '||') {
      at += 1;
      value = both() || value;
    }
    return value;
  };
  return either();
}
