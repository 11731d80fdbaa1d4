// An entry of mcp.json, as VS Code, Claude Code, Cursor and others write it.
import * as z from 'zod';

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const variableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is no name of an environment variable');
const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is no name of a header');

const oauthSchema = z.object({
  /** Where registering is not left to the server: the id of a client, or the URL of its metadata document. */
  clientId: z.string().min(1).optional(),
  clientSecret: z.string().min(1).optional(),
  scope: z.string().min(1).optional(),
  /** For programs that no person watches: the client itself logs in, with its secret or its key. */
  grant: z.enum(['authorization_code', 'client_credentials']).default('authorization_code'),
  /** PEM, and the algorithm it signs with: ES256, RS256, ... */
  privateKey: z.string().min(1).optional(),
  algorithm: z.string().min(1).default('ES256'),
  /** The only authorization server that may see the secret or a signature. */
  issuer: z.url().optional(),
});
export type OAuthSettings = z.infer<typeof oauthSchema>;

const stdioSchema = z
  .object({
    type: z.enum(['stdio', 'local']).optional(),
    command: z.string().min(1),
    args: z.array(scalar).default([]),
    env: z.record(variableName, scalar.nullable()).default({}),
    cwd: z.string().min(1).optional(),
    envFile: z.undefined('is not read: name the variables under "env"').optional(),
  })
  .transform(({ command, args, env, cwd }) => ({
    type: 'stdio' as const,
    command,
    args,
    env: Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === null ? [] : [[name, value]]))),
    ...(cwd !== undefined && { cwd }),
  }));
export type StdioEntry = z.infer<typeof stdioSchema>;

const httpSchema = z
  .object({
    type: z.enum(['http', 'streamable-http', 'streamableHttp', 'sse']).optional(),
    url: z.string().min(1),
    headers: z.record(headerName, scalar).default({}),
    oauth: oauthSchema.optional(),
  })
  .transform(({ type, url, headers, oauth }) => ({
    type: 'http' as const,
    url,
    headers,
    ...(oauth !== undefined && { oauth }),
    ...(type === 'sse' && { deprecated: true as const }),
  }));
export type HttpEntry = z.infer<typeof httpSchema>;

export type Entry = StdioEntry | HttpEntry;

const switchSchema = z.looseObject({ disabled: z.boolean().optional(), enabled: z.boolean().optional() });

/** Whether the entry says itself that it is not in use. */
export function isSwitchedOff(value: unknown): boolean {
  const { data } = switchSchema.safeParse(value);
  return data?.disabled === true || data?.enabled === false;
}

/** Characters of a command line or a URL: nobody can agree to what is too long to be shown. */
export const maxShownLength = 1_000;

function lengthProblem(entry: Entry): string | undefined {
  const text = entry.type === 'stdio' ? [entry.command, ...entry.args].join(' ') : entry.url;
  if (text.length <= maxShownLength) return undefined;
  const what = entry.type === 'stdio' ? 'command line' : 'URL';
  return `its ${what} has ${text.length} characters; ${maxShownLength} is the limit`;
}

/** Reads one entry; what it does not know is passed over. The problem is for people. */
export function readEntry(value: unknown): { entry: Entry } | { problem: string } {
  const kind = z.looseObject({ url: z.unknown(), serverUrl: z.unknown(), httpUrl: z.unknown() }).partial();
  const { url, serverUrl, httpUrl, ...rest } = kind.safeParse(value).data ?? {};
  const address = url ?? serverUrl ?? httpUrl;
  if (address !== undefined && rest['command'] !== undefined) {
    return { problem: 'it has both a command and a URL: leave one out' };
  }
  const found = address === undefined ? stdioSchema.safeParse(value) : httpSchema.safeParse({ ...rest, url: address });
  if (found.success) {
    const problem = lengthProblem(found.data);
    return problem === undefined ? { entry: found.data } : { problem };
  }
  return { problem: found.error.issues.map(explain).join('; ') };
}

function explain(issue: z.core.$ZodIssue): string {
  const { message } = (issue.code === 'invalid_key' && issue.issues[0]) || issue;
  return `${issue.path.join('.')}: ${message}`;
}
