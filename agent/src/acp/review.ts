// The changes of a session as an editor shows them, and the question whether to apply them.
import type { ToolCall, ToolCallContent } from '@agentclientprotocol/sdk';
import type { AgentSession } from '../agent/index.js';
import { files } from './applied.js';
import type { CardRequest } from './cards.js';
import { type Card, metaKeys, type Result } from './extension.js';
import { absolute, locations } from './paths.js';
import { codeBlock, oneLine } from './text.js';
import { text } from './tool-updates.js';

type Change = Result<'changes'>['changes'][number];

/** More, and larger ones, are named only: the editor's own diff view shows them after the apply, `/changes` before. */
const maxFiles = 50;
const maxCharacters = 200_000;
const maxFileBytes = 100_000;
const maxNames = 500;

export interface Review {
  changes: readonly Change[];
  content: ToolCallContent[];
}

/** `root` is the workspace's top folder. */
export async function reviewOf(agent: AgentSession, root: string): Promise<Review> {
  const { changes, ignored, skipped } = await agent.changes();
  const diffs = await diffsOf(agent, changes, root);
  const names = changes.slice(0, maxNames).map(nameOf);
  if (changes.length > maxNames) names.push(`and ${changes.length - maxNames} more`);
  const notes = [
    ...(ignored > 0 ? [`${ignored} files that Git ignores are left out.`] : []),
    ...skipped.slice(0, 20).map(({ path, reason }) => `Left out: ${oneLine(path)}: ${oneLine(reason)}`),
  ];
  return { changes, content: [text([codeBlock(names.join('\n')), ...notes].join('\n')), ...diffs] };
}

async function diffsOf(agent: AgentSession, changes: readonly Change[], root: string): Promise<ToolCallContent[]> {
  const diffs: ToolCallContent[] = [];
  let room = maxCharacters;
  for (const change of changes.slice(0, maxFiles)) {
    const path = absolute(root, change.path);
    const tooLarge = Math.max(change.oldSize ?? 0, change.newSize ?? 0) > Math.min(room, maxFileBytes);
    const isText = !change.binary && change.kind !== 'symlink' && change.kind !== 'mode';
    if (path === undefined || tooLarge || !isText) continue;
    const old = change.oldMode === null ? null : await agent.read(change.from ?? change.path, 'old', maxFileBytes);
    const now = change.newMode === null ? null : await agent.read(change.path, 'new', maxFileBytes);
    const oldText = old?.text ?? null;
    const newText = now?.text ?? '';
    if (old?.more || now?.more) continue;
    room -= (oldText?.length ?? 0) + newText.length;
    diffs.push({ type: 'diff', path, oldText, newText });
  }
  return diffs;
}

const letters: Record<Change['kind'], string> = {
  added: 'A',
  modified: 'M',
  deleted: 'D',
  renamed: 'R',
  mode: 'M',
  symlink: 'L',
};

function nameOf({ kind, path, from, binary }: Change): string {
  const notes = [...(binary ? ['binary'] : []), ...(kind === 'mode' ? ['executable bit'] : [])];
  const name = from === undefined ? oneLine(path, 300) : `${oneLine(from, 300)} -> ${oneLine(path, 300)}`;
  return `${letters[kind]} ${name}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`;
}

/** `id` stands for the card, which belongs to no call of the model's. */
export function applyCall(id: string, { changes, content }: Review, root: string): ToolCall {
  return {
    toolCallId: id,
    title: `Apply ${files(changes.length)} to the workspace`,
    kind: 'edit',
    status: 'pending',
    locations: locations(root, changes.slice(0, maxFiles)),
    content,
  };
}

export function applyCard(toolCall: ToolCall, { changes }: Review): CardRequest {
  const card: Card = { kind: 'apply', paths: changes.map(({ path }) => path) };
  return {
    toolCall,
    options: [
      { optionId: 'apply', kind: 'allow_once', name: 'Apply' },
      { optionId: 'apply_always', kind: 'allow_always', name: 'Apply, and do not ask again in this session' },
      { optionId: 'later', kind: 'reject_once', name: 'Not now' },
      { optionId: 'never', kind: 'reject_always', name: 'Not in this session' },
    ],
    _meta: { [metaKeys.card]: card },
  };
}
