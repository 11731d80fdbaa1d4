// What the user's logins left: tokens, and the clients that they belong to. In `mcp-tokens.json` of COFFERDAM_HOME.
import { join } from 'node:path';
import { OAuthTokensSchema } from '@modelcontextprotocol/sdk/shared/auth.js';
import * as z from 'zod';
import { JsonFile } from '../json-file.js';

const clientSchema = z.looseObject({
  client_id: z.string(),
  client_secret: z.string().optional(),
  redirect_uris: z.array(z.string()).optional(),
});

const loginSchema = z.object({
  client: clientSchema.optional(),
  /** As the SDK's schema has them, checked once more when they are read. */
  tokens: z.looseObject({ access_token: z.string() }).optional(),
});
type Login = z.infer<typeof loginSchema>;
export type KeptClient = z.infer<typeof clientSchema>;

const fileSchema = z.object({
  version: z.literal(1),
  /** By the project's folder, by the server's URL. */
  projects: z.record(z.string(), z.record(z.string(), loginSchema)),
});

/** Of one server in one project. Read anew each time: another process may have refreshed the tokens. */
export class TokenStore {
  readonly #file: JsonFile<z.infer<typeof fileSchema>>;
  readonly #project: string;
  readonly #url: string;

  constructor(home: string, project: string, url: URL) {
    this.#file = new JsonFile(join(home, 'mcp-tokens.json'), fileSchema, { version: 1, projects: {} });
    this.#project = project;
    this.#url = url.href;
  }

  client(): KeptClient | undefined {
    return this.#login().client;
  }

  tokens(): z.infer<typeof OAuthTokensSchema> | undefined {
    const { tokens } = this.#login();
    return tokens && OAuthTokensSchema.safeParse(tokens).data;
  }

  /** Undefined forgets it. */
  setClient(client: KeptClient | undefined): void {
    this.#update(({ tokens }) => ({ client, tokens }));
  }

  /** Undefined forgets them. */
  setTokens(tokens: Login['tokens']): void {
    this.#update(({ client }) => ({ client, tokens }));
  }

  /** Tokens and client. */
  forget(): void {
    this.#update(() => ({}));
  }

  #login(): Login {
    return this.#file.read().projects[this.#project]?.[this.#url] ?? {};
  }

  #update(change: (login: Login) => Login): void {
    this.#file.update(({ projects, ...rest }) => {
      const { [this.#url]: login = {}, ...others } = projects[this.#project] ?? {};
      const { client, tokens } = change(login);
      const kept = { ...(client && { client }), ...(tokens && { tokens }) };
      const urls = client || tokens ? { ...others, [this.#url]: kept } : others;
      return { ...rest, projects: { ...projects, [this.#project]: urls } };
    });
  }
}
