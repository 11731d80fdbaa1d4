// What a GitLab holds, as plain typed state. Entities point at each other directly; `kind` tells them apart in unions.
export type { CiStatus, Job, Pipeline, TestCase, Variable } from './ci.js';
export type { DiffPosition, Discussion, DraftNote, Note, Noteable } from './discussions.js';
export type { Epic } from './epics.js';
export type { Issuable } from './issuables.js';
export type { Issue, IssueLink } from './issues.js';
export type { MergeRequest, MergeRequestVersion } from './merge-requests.js';
export { type AccessLevel, access, type Member, type User } from './people.js';
export type { Group, Place, Project } from './places.js';
export type { Label, Milestone } from './planning.js';
export type { Release } from './releases.js';
export type { Snippet } from './snippets.js';
export type { Token } from './tokens.js';
