// What a call is, for people: a few words, a kind for its icon, and the files it is about.
import type { ToolKind } from '@agentclientprotocol/sdk';
import { oneLine } from './text.js';

export interface Place {
  /** As the tool takes it: relative to the workspace's root. */
  path: string;
  /** From 1. */
  line?: number;
}

export interface ToolView {
  title: string;
  kind: ToolKind;
  places: readonly Place[];
}

type Input = Readonly<Record<string, unknown>>;
type Described = { title: string; kind: ToolKind; places?: readonly Place[] };
type Describe = (input: Input) => Described;

const text = (input: Input, key: string, otherwise = '…'): string => {
  const value = input[key];
  return typeof value === 'string' && value !== '' ? value : otherwise;
};

const onPath =
  (verb: string, kind: ToolKind): Describe =>
  (input) => ({ title: `${verb} ${text(input, 'path', '.')}`, kind, places: [{ path: text(input, 'path', '.') }] });

const fixed =
  (title: string, kind: ToolKind): Describe =>
  () => ({ title, kind });

const views: Record<string, Describe> = {
  files__read_file(input) {
    const path = text(input, 'path');
    const line = input['start_line'];
    return { title: `Read ${path}`, kind: 'read', places: [{ path, ...(typeof line === 'number' && { line }) }] };
  },
  files__edit_file: onPath('Edit', 'edit'),
  files__write_file: onPath('Write', 'edit'),
  files__delete: onPath('Delete', 'delete'),
  files__make_directory: onPath('Make folder', 'other'),
  files__list_directory: onPath('List', 'read'),
  files__tree: onPath('List files in', 'read'),
  files__stat: onPath('Look at', 'read'),
  files__move: (input) => ({
    title: `Move ${text(input, 'from')} to ${text(input, 'to')}`,
    kind: 'move',
    places: [{ path: text(input, 'from') }, { path: text(input, 'to') }],
  }),
  files__grep: (input) => ({ title: `Search for ${text(input, 'pattern')}`, kind: 'search' }),
  files__glob: (input) => ({ title: `Find files ${text(input, 'pattern')}`, kind: 'search' }),
  commands__run_command: (input) => ({ title: `Run ${text(input, 'command')}`, kind: 'execute' }),
  commands__start_command: (input) => ({ title: `Start ${text(input, 'command')}`, kind: 'execute' }),
  commands__read_output: (input) => ({ title: `Read output of command ${text(input, 'id')}`, kind: 'read' }),
  commands__send_input: (input) => ({ title: `Type into command ${text(input, 'id')}`, kind: 'execute' }),
  commands__stop_command: (input) => ({ title: `Stop command ${text(input, 'id')}`, kind: 'execute' }),
  commands__list_commands: fixed('List commands', 'read'),
  update_plan: fixed('Plan', 'think'),
  read_result: fixed('Read on in an earlier result', 'read'),
  find_tools: (input) => ({ title: `Find tools for ${text(input, 'query')}`, kind: 'search' }),
  load_skill: (input) => ({ title: `Load skill ${text(input, 'name')}`, kind: 'read' }),
};

const commands = new Set(['commands__run_command', 'commands__start_command']);

/** True for tools whose output is shown as a terminal. */
export function isCommand(tool: string): boolean {
  return commands.has(tool);
}

/** `tool` is the name that the model calls it by: `server__tool`. */
export function viewOf(tool: string, input: Input): ToolView {
  const describe = Object.hasOwn(views, tool) ? views[tool] : undefined;
  const { title, kind, places = [] } = describe?.(input) ?? describeOther(tool, input);
  return { title: oneLine(title), kind, places };
}

const verbs: Record<string, { verb: string; kind: ToolKind }> = {
  get: { verb: 'Read', kind: 'fetch' },
  list: { verb: 'List', kind: 'fetch' },
  search: { verb: 'Search', kind: 'fetch' },
  compare: { verb: 'Compare', kind: 'fetch' },
};

/** What GitLab's tools name the thing that they act on. */
const subjects = ['issue', 'merge_request', 'pipeline', 'job', 'epic', 'on', 'branch', 'sha', 'path', 'query', 'title'];

/** `gitlab__get_issue {issue: "12"}`: "Read issue 12". Of third parties' tools: server and tool. */
function describeOther(tool: string, input: Input): Described {
  const [server = '', ...rest] = tool.split('__');
  const name = rest.join('__') || server;
  const git = server === 'git';
  if (!git && server !== 'gitlab') return { title: `${server}: ${name.replaceAll('_', ' ')}`, kind: 'other' };
  const words = name.replace(/^git_/, '').split('_');
  if (git) return { title: `Git ${words.join(' ')}`, kind: 'other' };
  const [first = '', ...others] = words;
  const known = Object.hasOwn(verbs, first) ? verbs[first] : undefined;
  const subject = subjects.map((key) => input[key]).find((value) => typeof value === 'string' && value !== '');
  const verb = known?.verb ?? first.charAt(0).toUpperCase() + first.slice(1);
  const title = [verb, ...others, ...(subject === undefined ? [] : [subject])].join(' ');
  return { title, kind: known?.kind ?? 'other' };
}
