// GitLab's rules for the paths of projects and groups (its lib/gitlab/path_regex.rb).

const segment = /^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,254}$/;
const forbiddenSegment = /^\.+$|\.(?:git|atom)$/i;

/** 20 levels of groups and a project. */
const maxDepth = 21;

/** Words that GitLab's own pages begin with. */
const topLevel = new Set(
  '.well-known abuse_reports admin api assets autocomplete ci dashboard explore files groups health_check help import invites jwt login oauth profile projects public robots.txt s search sent_notifications snippets u unsubscribes uploads users v2'.split(
    ' ',
  ),
);
/** Words that GitLab puts after the path of a project. */
const afterProject = new Set(
  'badges blame blob builds commits create create_dir edit files find_file new preview raw refs tree update wikis'.split(
    ' ',
  ),
);

/** `['acme', 'shop']` as `acme/shop`; undefined if no project or group can have this path. */
export function pathOf(segments: readonly string[], least = 1): string | undefined {
  if (segments.length < least || segments.length > maxDepth) return undefined;
  const valid = segments.every(
    (each, depth) =>
      segment.test(each) &&
      !forbiddenSegment.test(each) &&
      !(depth === 0 ? topLevel : afterProject).has(each.toLowerCase()),
  );
  return valid ? segments.join('/') : undefined;
}

/** A project always lies in a namespace. */
export function projectPath(text: string): string | undefined {
  return pathOf(text.split('/'), 2);
}

export function groupPath(text: string): string | undefined {
  return pathOf(text.split('/'));
}
