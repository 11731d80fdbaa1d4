// Whose words a result holds.
import type { ToolInfo } from '../../mcp/index.js';

/** Tools of ours that answer a sentence of ours with the model's own arguments in it. */
const plain = new Set([
  'files.write_file',
  'files.move',
  'files.delete',
  'files.make_directory',
  'git.git_create_branch',
  'git.git_switch',
  'git.git_restore',
  'commands.start_command',
  'commands.send_input',
  'commands.stop_command',
]);

export function isPlain({ server, tool, ours }: ToolInfo): boolean {
  return ours && plain.has(`${server}.${tool}`);
}

/** What a result is, in a few words for people: `src/a.ts`, `output of npm test`, `issue acme/shop#12`. */
export function sourceOf(tool: ToolInfo, input: Record<string, unknown>, text: string): string {
  return inWords(describe(tool, input, text));
}

function describe({ server, tool, ours, title }: ToolInfo, input: Record<string, unknown>, text: string): string {
  if (!ours) return fenced(text) ?? `${server}.${tool}`;
  const of = (key: string, otherwise: string) => (typeof input[key] === 'string' ? input[key] : otherwise);
  switch (`${server}.${tool}`) {
    case 'files.read_file':
    case 'files.edit_file':
      return of('path', 'a file');
    case 'files.grep':
      return `search for ${of('pattern', 'text')}`;
    case 'files.glob':
    case 'files.tree':
    case 'files.list_directory':
    case 'files.stat':
      return `names of files in ${of('path', '.')}`;
    case 'commands.run_command':
      return `output of ${of('command', 'a command')}`;
    case 'commands.read_output':
      return `output of command ${of('id', '')}`;
  }
  if (server === 'git') return tool.replace('_', ' ');
  return fenced(text) ?? `${server} ${title ?? tool}`;
}

/** What a server that fences its results itself says about this one. */
export function fenced(text: string): string | undefined {
  return /^<outside-[0-9a-f]+ source="([^"\n]*)"/.exec(text)?.[1];
}

function inWords(text: string): string {
  const line = text
    .slice(0, 1_000)
    .replace(/\s+/g, ' ')
    .replace(/\p{C}|\p{Zl}|\p{Zp}/gu, '')
    .trim();
  return (line.length > 100 ? `${line.slice(0, 99)}…` : line).toWellFormed();
}
