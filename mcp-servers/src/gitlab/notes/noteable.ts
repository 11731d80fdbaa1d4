// What can be commented on, as a person names it.
import { ToolError } from '../../kit/index.js';
import type { Place } from '../client/endpoint.js';
import type { Reference } from '../reference/index.js';
import type { Call } from '../toolkit/call.js';

export interface Noteable {
  kind: 'issue' | 'merge_request' | 'snippet' | 'epic';
  place: Place;
  /** As GitLab's notes API wants it, but for epics: their number in the group. */
  id: number;
  /** `issue acme/shop#12` */
  about: string;
  /** Where a comment was named: which. */
  noteId?: number;
}

/** Throws ToolError `bad-reference`, `wrong-kind`, `other-instance` or `outside`. */
export async function noteableOf(call: Call, on: string, project?: string): Promise<Noteable> {
  const reference = call.reference(on);
  if (reference.kind !== 'note') return located(call, reference, project);
  return { ...(await located(call, reference.on, project)), noteId: reference.noteId };
}

async function located(call: Call, reference: Reference, project: string | undefined): Promise<Noteable> {
  switch (reference.kind) {
    case 'issue':
    case 'merge_request': {
      const place = await call.placeOf(reference, project);
      const { kind, iid: id } = reference;
      const about = kind === 'issue' ? `issue ${place.id}#${id}` : `merge request ${place.id}!${id}`;
      return { kind, place, id, about };
    }
    case 'snippet': {
      const place = await call.placeOf(reference, project);
      return { kind: 'snippet', place, id: reference.id, about: `snippet ${place.id}$${reference.id}` };
    }
    case 'work_item':
      return reference.group === undefined
        ? located(call, { ...reference, kind: 'issue' }, project)
        : located(call, { ...reference, kind: 'epic' }, project);
    case 'epic': {
      const place = await call.group(reference.group);
      return { kind: 'epic', place, id: reference.iid, about: `epic ${place.id}&${reference.iid}` };
    }
    default:
      throw new ToolError(
        'wrong-kind',
        `That names a ${reference.kind.replace('_', ' ')}, which these tools do not comment on.`,
        'Name an issue (#12), merge request (!34), epic (&5) or snippet ($7), or its address.',
      );
  }
}
