// How issues and merge requests are referred to in texts: `#12`, `acme/shop!34`, addresses, and `Closes #12`.
import { pathOf } from '../../world/places.js';
import type { Issuable, Issue, MergeRequest, Project } from '../../world/types.js';
import type { World } from '../../world/world.js';

const ISSUE = String.raw`(?:[\w.\-/]*#\d+|https?://\S+?/(?:issues|work_items)/\d+)`;
const VERB = 'clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?';
const CLOSING = new RegExp(String.raw`\b(?:${VERB}):?\s+(?:issues?\s+)?(${ISSUE}(?:(?:,|,?\s+and)\s*${ISSUE})*)`, 'gi');
const REFERENCE =
  /(https?:\/\/\S+?\/-\/(?:issues|work_items|merge_requests)\/\d+)|(?<![\w&])([\w.\-/]+)?([#!])(\d+)\b/g;

/** What a text of `project` refers to, each once. */
export function referenced(world: World, project: Project, text: string): Issuable[] {
  const found = new Set<Issuable>();
  for (const [, address, path, sign, iid] of text.matchAll(REFERENCE)) {
    const one = address
      ? byAddress(world, address)
      : byReference(world, path ? world.project(path) : project, sign ?? '', Number(iid));
    if (one) found.add(one);
  }
  return [...found];
}

/** The issues that a text says it closes. */
function closedBy(world: World, project: Project, text: string): Issue[] {
  const targets = [...text.matchAll(CLOSING)].map(([, list]) => list ?? '').join(' ');
  return referenced(world, project, targets).filter((one) => one.kind === 'issue');
}

/** The issues that a merge request closes once it is merged, if that is into the default branch. */
export function closesIssues(world: World, { project, targetBranch, title, description }: MergeRequest): Issue[] {
  if (targetBranch !== project.defaultBranch) return [];
  return closedBy(world, project, `${title}\n${description ?? ''}`);
}

export function closingMergeRequests(world: World, issue: Issue): MergeRequest[] {
  return world.mergeRequests.filter((one) => one.state !== 'closed' && closesIssues(world, one).includes(issue));
}

/** Merge requests that name the issue, or that the issue names, in a description or a comment. */
export function relatedMergeRequests(world: World, issue: Issue): MergeRequest[] {
  const named = mentionedBy(world, issue);
  return world.mergeRequests.filter((one) => named.includes(one) || mentionedBy(world, one).includes(issue));
}

/** The issues that a merge request names, or that name it. */
export function relatedIssues(world: World, mergeRequest: MergeRequest): Issue[] {
  const named = mentionedBy(world, mergeRequest);
  return world.issues.filter((one) => named.includes(one) || mentionedBy(world, one).includes(mergeRequest));
}

const mentionedBy = (world: World, one: Issuable): Issuable[] => referenced(world, one.project, textOf(world, one));

function textOf(world: World, one: Issuable): string {
  const notes = world.notes.filter(({ noteable }) => noteable === one).map(({ body }) => body);
  return [one.title, one.description ?? '', ...notes].join('\n');
}

function byReference(world: World, project: Project | undefined, sign: string, iid: number): Issuable | undefined {
  const list: Issuable[] = sign === '#' ? world.issues : world.mergeRequests;
  return list.find((one) => one.project === project && one.iid === iid);
}

function byAddress(world: World, address: string): Issuable | undefined {
  if (!address.startsWith(`${world.url}/`)) return undefined;
  const [path = '', page = ''] = address.slice(world.url.length + 1).split('/-/');
  const [kind, iid] = page.split('/');
  return byReference(world, world.project(path), kind === 'merge_requests' ? '!' : '#', Number(iid));
}

/** `#12` or `!34`. */
export const shortReference = ({ kind, iid }: Issuable): string => `${kind === 'issue' ? '#' : '!'}${iid}`;

/** `acme/shop#12`. */
export const fullReference = (one: Issuable): string => `${pathOf(one.project)}${shortReference(one)}`;
