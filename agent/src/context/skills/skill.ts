// A skill: how to do one kind of work, written down for when it is needed.
import { parse } from 'yaml';
import * as z from 'zod';

export interface Skill {
  name: string;
  description: string;
  /** What it says beside its front matter. */
  body: string;
}

const nameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
const headSchema = z.looseObject({ name: nameSchema.optional(), description: z.string().trim().min(1) });

const maxHead = 8_000;

/** A `SKILL.md`. `folder` is the skill's name where it gives none. Throws Error with what is wrong. */
export function parseSkill(text: string, folder: string): Skill {
  const [whole, head = ''] = /^---\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(text) ?? [];
  if (whole === undefined) throw new Error('it does not begin with front matter between two lines of ---');
  if (head.length > maxHead) throw new Error('its front matter is too long');
  const given = headSchema.safeParse(parse(head, { logLevel: 'silent' }));
  if (!given.success) throw new Error(`its front matter is not valid: ${z.prettifyError(given.error)}`);
  const name = nameSchema.safeParse(given.data.name ?? folder);
  if (!name.success) throw new Error('its name may hold only letters, digits, ".", "_" and "-"');
  return { name: name.data, description: given.data.description, body: text.slice(whole.length).trim() };
}
