// What third-party servers may be called: nothing that passes for a server of ours, to the model or to a person.

/** Ours, and every name that begins with `gitlab-`. */
const reserved = ['files', 'git', 'commands', 'gitlab', 'sandbox', 'cofferdam'];
const maxLength = 40;

/**
 * The name as the model, policies and questions have it: letters, digits, `-` and `_`. Nothing that could be mistaken for
 * the `__` between a server and its tool.
 */
export function serverName(written: string): string {
  return written
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '_')
    .slice(0, maxLength)
    .replace(/^_+|_+$/g, '');
}

/** Why a server may not have the name, undefined when it may. */
export function nameProblem(written: string, taken: ReadonlySet<string>): string | undefined {
  const name = serverName(written);
  if (name === '') return 'a name needs a letter or a digit';
  const looks = skeleton(name);
  const like = reserved.find((own) => looks === skeleton(own));
  if (like !== undefined) return `it could be taken for Cofferdam's own server ${like}`;
  if (looks.startsWith(skeleton('gitlab'))) return "it could be taken for one of Cofferdam's own GitLab servers";
  if (taken.has(name)) return `another server already has the name ${name}`;
  return undefined;
}

/** Names that look alike have the same: `g1tlab` and `git-lab` that of `gitlab`. */
function skeleton(name: string): string {
  return name.replace(/[_-]/g, '').replace(/[i1]/g, 'l').replace(/0/g, 'o').replace(/rn/g, 'm').replace(/vv/g, 'w');
}
