// What the user's own policy file lets the GitLab servers do beyond their one project.
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { ToolError } from '../kit/index.js';

const name = z.union([z.string().min(1), z.int().positive()]).transform(String);

const schema = z.strictObject({
  /** Further projects by path or number. */
  projects: z.array(name).default([]),
  /** Groups: all projects below them, their epics, search in them. */
  groups: z.array(name).default([]),
  /** Everything that the token may see on the instance: searching it, listing projects. */
  instance: z.boolean().default(false),
  /** Quick actions (`close`, `label`, ...) that the text of a note or description may hold. */
  quick_actions: z
    .array(z.string().regex(/^\/?\w+$/))
    .default([])
    .transform((names) => names.map((one) => one.replace('/', '').toLowerCase())),
});
export type GitLabPolicy = z.infer<typeof schema>;

export const narrowPolicy: GitLabPolicy = { projects: [], groups: [], instance: false, quick_actions: [] };

/**
 * Reads the part `gitlab:` of a YAML policy file; a file that is not there widens nothing. Throws ToolError
 * `bad-settings` for one that cannot be understood: guessing would widen.
 */
export async function readGitLabPolicy(file: string): Promise<GitLabPolicy> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return narrowPolicy;
    throw unusable(file, (error as Error).message);
  }
  // Most have no policy file, and start without a parser for one.
  const { parse } = (await import('yaml')).default;
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    throw unusable(file, (error as Error).message);
  }
  const found = z
    .looseObject({ gitlab: schema.optional() })
    .nullable()
    .safeParse(content ?? null);
  if (!found.success) throw unusable(file, z.prettifyError(found.error));
  return found.data?.gitlab ?? narrowPolicy;
}

function unusable(file: string, why: string): ToolError {
  return new ToolError(
    'bad-settings',
    `The policy ${file} cannot be used: ${why}`,
    'Correct it; docs/gitlab.md describes it.',
  );
}
