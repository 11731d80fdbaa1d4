// OAuth tokens in a file. GitLab's refresh tokens are used up by refreshing, so of all processes that share the file
// one refreshes at a time, and the others take what it wrote.
import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { ToolError } from '../../kit/index.js';
import { parseAnswer } from './answer.js';
import type { Authorizer, Refresh } from './authorizer.js';
import { GitLabError } from './errors.js';
import { answerSchema, type OAuthTokens, tokensSchema } from './oauth-tokens.js';
import type { Redactor } from './redact.js';

/** Seconds before the end of its life from which a token is refreshed. */
const margin = 60;
/** A refresh takes a second or two; a lock older than this was left by a crash. Milliseconds. */
const staleLock = 30_000;

export class OAuthFile implements Authorizer {
  readonly kind = 'oauth';
  readonly #file: string;
  readonly #redactor: Redactor;
  #tokens: OAuthTokens;
  #refreshing: Promise<boolean> | undefined;

  constructor(file: string, redactor: Redactor) {
    this.#file = file;
    this.#redactor = redactor;
    this.#tokens = this.#read();
  }

  async header(refresh: Refresh): Promise<Record<string, string>> {
    const { created_at, expires_in } = this.#tokens;
    if (Date.now() / 1000 > created_at + expires_in - margin && created_at > 0) await this.renew(refresh);
    return { authorization: `Bearer ${this.#tokens.access_token}` };
  }

  renew(refresh: Refresh): Promise<boolean> {
    this.#refreshing ??= this.#renew(refresh).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #renew(refresh: Refresh): Promise<boolean> {
    const unlock = await lock(`${this.#file}.lock`);
    try {
      const used = this.#tokens.access_token;
      this.#tokens = this.#read();
      if (this.#tokens.access_token !== used) return true;
      const answer = parseAnswer('POST /oauth/token', await refreshed(this.#tokens, refresh), answerSchema);
      const created_at = answer.created_at ?? Math.floor(Date.now() / 1000);
      this.#keep({ ...this.#tokens, ...answer, created_at });
      return true;
    } finally {
      unlock();
    }
  }

  #read(): OAuthTokens {
    let tokens: OAuthTokens;
    try {
      tokens = tokensSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
    } catch (cause) {
      // Not its text: that holds tokens.
      const why =
        cause instanceof z.ZodError
          ? z.prettifyError(cause)
          : ((cause as NodeJS.ErrnoException).code ?? 'it is not JSON');
      throw new ToolError(
        'bad-settings',
        `GITLAB_OAUTH_FILE cannot be used: ${why}.`,
        'It has to be JSON with access_token, refresh_token and client_id; sign in again to make it anew.',
      );
    }
    for (const secret of [tokens.access_token, tokens.refresh_token, tokens.client_secret])
      if (secret) this.#redactor.add(secret);
    return tokens;
  }

  /** On disk before it is used: the old refresh token is dead already. */
  #keep(tokens: OAuthTokens): void {
    const fresh = `${this.#file}.${process.pid}.new`;
    // One that a crash left may be open to others, or be a link.
    rmSync(fresh, { force: true });
    writeFileSync(fresh, `${JSON.stringify(tokens, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(fresh, this.#file);
    this.#tokens = this.#read();
  }
}

/** A refresh token that is used up, revoked or too old is a sign-in that ended. */
async function refreshed(tokens: OAuthTokens, refresh: Refresh): Promise<string> {
  try {
    return await refresh(tokens);
  } catch (error) {
    if (!(error instanceof GitLabError) || (error.status !== 400 && error.status !== 401)) throw error;
    throw new GitLabError(
      401,
      'token-expired',
      `The sign-in has ended: GitLab does not renew its OAuth tokens. ${error.message}`,
      'Tell the user: sign in again to make GITLAB_OAUTH_FILE anew.',
    );
  }
}

async function lock(file: string): Promise<() => void> {
  for (;;) {
    try {
      closeSync(openSync(file, 'wx', 0o600));
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > staleLock) rmSync(file, { force: true });
    else await sleep(50);
  }
}
