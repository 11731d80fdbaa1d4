// What the token is and may do, asked once at the start, so that a user hears what is missing before a task needs it.
import * as z from 'zod';
import { parseAnswer } from './answer.js';
import type { Caller } from './caller.js';
import type { GitLabClient } from './client.js';
import { GitLabError } from './errors.js';

/** Told to users and models as they are, so nothing but words like `read_api` and dates is believed. */
const scope = z.string().regex(/^[a-z][\w:-]{0,40}$/);
const personal = z.object({
  scopes: z.array(scope).max(100),
  expires_at: z
    .string()
    .regex(/^\d{4}-\d\d-\d\d[\d:TZ.+-]{0,20}$/)
    .nullish(),
});
const oauth = z.object({ scope: z.array(scope).max(100) });

export interface TokenInfo {
  /** Absent for a job token, which has none. */
  scopes?: readonly string[];
  /** ISO date on which it ends; absent where it does not, or not soon. */
  expires?: string;
}

/**
 * Throws GitLabError for a token that GitLab does not take, ToolError `unreachable` where nothing answers, `unexpected`
 * for an answer of another form.
 */
export async function inspectToken(client: GitLabClient, caller: Caller, signal: AbortSignal): Promise<TokenInfo> {
  const ask = async <T>(endpoint: 'GET /personal_access_tokens/self' | 'GET /oauth/token/info', schema: z.ZodType<T>) =>
    parseAnswer(endpoint, (await client.request(endpoint, { caller, signal })).text, schema);
  if (client.tokenKind === 'job') return {};
  if (client.tokenKind === 'token') {
    try {
      const { scopes, expires_at } = await ask('GET /personal_access_tokens/self', personal);
      return { scopes, ...(expires_at && { expires: expires_at }) };
    } catch (error) {
      // An OAuth access token is none of GitLab's "personal access tokens": 404, or 401 or 403 on other versions.
      if (!(error instanceof GitLabError) || ![400, 401, 403, 404].includes(error.status)) throw error;
      const second = ask('GET /oauth/token/info', oauth).catch((other: unknown) => {
        throw isMissing(error) && isMissing(other) ? noGitLab(client.instance) : error;
      });
      return fromOAuth(await second);
    }
  }
  return fromOAuth(await ask('GET /oauth/token/info', oauth));
}

const isMissing = (error: unknown) => error instanceof GitLabError && error.status === 404;

/** Each GitLab has one of the two. */
function noGitLab(instance: string): GitLabError {
  return new GitLabError(
    404,
    'not-gitlab',
    `${instance} is not the address of a GitLab: its API is not there.`,
    'Tell the user to check GITLAB_URL: it is that of the instance, with its path prefix where it has one.',
  );
}

const fromOAuth = ({ scope }: z.infer<typeof oauth>): TokenInfo => ({ scopes: scope });

/** What the user should hear about it; nothing where all is well. */
export function complaintsAbout(
  { scopes, expires }: TokenInfo,
  { readOnly, now = Date.now() }: { readOnly: boolean; now?: number },
): string[] {
  const complaints: string[] = [];
  if (scopes && !scopes.some((scope) => ['api', 'read_api', 'ai_workflows'].includes(scope))) {
    complaints.push(`The GitLab token has the scope ${scopes.join(', ') || '(none)'}; reading needs read_api or api.`);
  } else if (scopes && !readOnly && !scopes.some((scope) => ['api', 'ai_workflows'].includes(scope))) {
    complaints.push(
      `The GitLab token has the scope ${scopes.join(', ')}: tools that write will be refused; they need api.`,
    );
  }
  const days = expires === undefined ? Number.POSITIVE_INFINITY : (Date.parse(expires) - now) / 86_400_000;
  if (days < 7) complaints.push(`The GitLab token expires on ${expires}.`);
  return complaints;
}
