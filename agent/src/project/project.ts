// The project on a GitLab server that a workspace belongs to.
import * as z from 'zod';

export const projectSchema = z.object({
  /**
   * The server: `https://host[:port][/prefix]`. Where GITLAB_URL is not set it comes from the repository's configuration,
   * which may name any server at all: never send a token there unasked.
   */
  instance: z.string(),
  /** `group/sub/project`, or the number that GITLAB_PROJECT gives. */
  path: z.string(),
  /** The Git remote that says so; null where only the environment does. Any text. */
  remote: z.string().nullable(),
  /** The branch that is checked out; null where HEAD is detached. Any text. */
  branch: z.string().nullable(),
});
export type Project = z.infer<typeof projectSchema>;

export type Finding =
  | { kind: 'found'; project: Project }
  /** The remotes name several projects, and nothing tells which is meant. */
  | { kind: 'ambiguous'; candidates: Project[] }
  /** `reason` is a sentence. */
  | { kind: 'none'; reason: string };
