// What a person can point at in GitLab. `iid` counts within its project or group, `id` on the whole instance; where
// `project` or `group` is missing, the text did not say, and the caller's own is meant. Paths are full paths, as in
// `acme/tools/shop`, checked against GitLab's rules; a number stands for the numeric id where one was given.

export type Commentable =
  | { kind: 'issue'; project?: string; iid: number }
  /** `version` is the number of a version of the diff. */
  | { kind: 'merge_request'; project?: string; iid: number; version?: number }
  | { kind: 'epic'; group?: string; iid: number }
  /** An issue, task, epic, ... In a project or in a group, never in both. */
  | { kind: 'work_item'; project?: string; group?: string; iid: number }
  | { kind: 'snippet'; project?: string; id: number }
  | { kind: 'commit'; project?: string; sha: string };

export type Reference =
  | Commentable
  | { kind: 'note'; on: Commentable; noteId: number }
  | { kind: 'pipeline'; project?: string; id: number }
  | { kind: 'job'; project?: string; id: number; lines?: Lines }
  | { kind: 'milestone'; project?: string; group?: string; iid: number }
  | { kind: 'compare'; project?: string; from: string; to: string }
  | ({ kind: 'file'; lines?: Lines } & InRepository)
  | ({ kind: 'tree' } & InRepository)
  | { kind: 'tag'; project: string; name: string }
  | { kind: 'project'; project: string }
  | { kind: 'group'; group: string };

export type Kind = Reference['kind'];

/** Counted from 1, both included. */
export interface Lines {
  first: number;
  last: number;
}

/**
 * `ref` is taken to be the first segment of `refPath`. An address does not say where a branch's name with slashes ends: if
 * there is no such ref, try the longer beginnings of `refPath`.
 */
export interface InRepository {
  project: string;
  ref: string;
  path: string;
  refPath: string;
}

export interface ReferenceOptions {
  /** The address of the one GitLab that is meant: `https://gitlab.example.com` or `https://example.com/gitlab`. */
  instance: string;
  /** What a bare number stands for, and `#12` where pipelines, jobs or epics are written so. */
  expected?: Kind | undefined;
  /** The group that completes `shop#12`. */
  namespace?: string | undefined;
}

/** The project or group that a text names. */
export type Place = { project: string } | { group: string } | Record<never, never>;

/** A positive integer that JavaScript holds exactly; undefined for anything else. */
export function numberFrom(text: string | undefined): number | undefined {
  if (!/^\d{1,16}$/.test(text ?? '')) return undefined;
  const value = Number(text);
  return value > 0 && Number.isSafeInteger(value) ? value : undefined;
}
