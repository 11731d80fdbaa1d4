import type { DiffPosition, Discussion, DraftNote, Note, Noteable } from '../world/types.js';
import type { World } from '../world/world.js';
import { optionalUser, userBasic } from './user.js';

const TYPES = { issue: 'Issue', merge_request: 'MergeRequest', epic: 'Epic', snippet: 'Snippet' } as const;

/** `Note`; `commandsChanges` of the quick actions that came with it. */
export function noteEntity(world: World, note: Note, commandsChanges: object = {}) {
  const { noteable } = note;
  return {
    id: note.id,
    type: note.type,
    body: note.body,
    author: userBasic(world, note.author),
    created_at: note.createdAt,
    updated_at: note.updatedAt,
    system: note.system,
    noteable_id: noteable.id,
    noteable_type: TYPES[noteable.kind],
    project_id: noteable.kind === 'epic' ? null : (noteable.project?.id ?? null),
    ...(note.type === 'DiffNote' && { commit_id: null, position: positionEntity(note.position), suggestions: [] }),
    resolvable: note.resolvable,
    ...(note.resolvable && {
      resolved: note.resolved,
      resolved_by: optionalUser(world, note.resolvedBy),
      resolved_at: note.resolvedAt ?? null,
    }),
    attachment: null,
    confidential: note.internal,
    internal: note.internal,
    imported: false,
    imported_from: 'none',
    noteable_iid: iidOf(noteable),
    commands_changes: commandsChanges,
  };
}

/** `Discussion`, with the notes that may be read. */
export function discussionEntity(world: World, discussion: Discussion, notes: readonly Note[]) {
  return {
    id: discussion.id,
    individual_note: discussion.individual,
    notes: notes.map((note) => noteEntity(world, note)),
  };
}

export function draftNoteEntity(draft: DraftNote, lineCode: string | undefined) {
  return {
    id: draft.id,
    author_id: draft.author.id,
    merge_request_id: draft.mergeRequest.id,
    resolve_discussion: draft.resolveDiscussion,
    discussion_id: draft.discussion?.id ?? null,
    note: draft.body,
    commit_id: null,
    line_code: lineCode ?? null,
    position: positionEntity(draft.position),
  };
}

function positionEntity(position: DiffPosition | undefined) {
  return {
    base_sha: position?.baseSha ?? null,
    start_sha: position?.startSha ?? null,
    head_sha: position?.headSha ?? null,
    old_path: position?.oldPath ?? null,
    new_path: position?.newPath ?? null,
    position_type: position?.positionType ?? 'text',
    old_line: position?.oldLine ?? null,
    new_line: position?.newLine ?? null,
    line_range: position?.lineRange ?? null,
  };
}

const iidOf = (noteable: Noteable): number | null => (noteable.kind === 'snippet' ? null : noteable.iid);
