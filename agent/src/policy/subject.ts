// A call taken apart into what rules speak of. Each part is decided by itself, and the strictest decides for the call.
import { type CommandPart, takeApart } from './commands/index.js';
import { insideWorkspace, type PathPart, pathsOf } from './paths.js';
import type { CallFacts } from './types.js';

export type Subject =
  | { kind: 'command'; part: CommandPart }
  | { kind: 'path'; part: PathPart }
  | { kind: 'host'; host: string }
  | { kind: 'whole' };

/** The tools that take a command line. What forbids one of them forbids the other: they differ in who waits. */
export const commandTools: readonly string[] = ['run_command', 'start_command'];

/** Never empty. */
export function subjectsOf(call: CallFacts): Subject[] {
  if (!call.ours) return [{ kind: 'whole' }];
  if (call.server === 'commands' && commandTools.includes(call.tool)) return commandParts(call);
  const { host } = call.input;
  if (call.server === 'egress' && typeof host === 'string') return [{ kind: 'host', host }];
  return pathsOf(call)?.map((part) => ({ kind: 'path', part })) ?? [{ kind: 'whole' }];
}

function commandParts({ input: { command, cwd = '.' } }: CallFacts): Subject[] {
  if (typeof command !== 'string') {
    return [{ kind: 'command', part: { views: [], doubt: { why: 'it names no command', hides: true } } }];
  }
  const inside = typeof cwd === 'string' && insideWorkspace(cwd) !== undefined;
  const parts = takeApart(command, { moved: !inside });
  const place = {
    views: [],
    doubt: { why: `it runs in ${JSON.stringify(cwd)}, outside of the workspace`, hides: false },
  };
  return [...(inside ? parts : [...parts, place])].map((part) => ({ kind: 'command', part }));
}
