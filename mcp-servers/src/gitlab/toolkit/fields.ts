// The fields that views of GitLab's objects are made of. A view is a zod schema: it checks what came, keeps what it
// names, and drops the rest.
import * as z from 'zod';

export const text = z.string().nullish();
export const number = z.number().nullish();
export const flag = z.boolean().nullish();
/** A flag that says something where it is set. */
export const onlyIfSo = flag.transform((yes) => yes || undefined);
export const texts = z.array(z.string()).nullish();

/** `@ada` */
export const person = z
  .object({ username: z.string() })
  .nullish()
  .transform((user) => user && `@${user.username}`);

export const people = z
  .array(z.object({ username: z.string() }))
  .nullish()
  .transform((users) => users?.map(({ username }) => `@${username}`));

/** A milestone, epic or the like by its title. */
export const titled = z
  .object({ title: z.string() })
  .nullish()
  .transform((object) => object?.title);

/** Labels, which GitLab answers as names or, on demand, as objects. */
export const labels = z
  .array(z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]))
  .nullish();

export const responseFormat = z.enum(['concise', 'detailed']).default('concise');
export type ResponseFormat = z.infer<typeof responseFormat>;

/** Two views of one kind of object: `detailed` adds to `concise`. */
export function views<Concise extends z.ZodRawShape, More extends z.ZodRawShape>(concise: Concise, more: More) {
  const schemas = { concise: z.object(concise), detailed: z.object({ ...concise, ...more }) };
  return (format: ResponseFormat): z.ZodType<Record<string, unknown>> => schemas[format];
}
