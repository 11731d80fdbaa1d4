// OAuth tokens as they are kept and as GitLab answers them.
import * as z from 'zod';

/** A header's value; anything else would be refused by the HTTP library with the token in its message. */
const token = z.string().regex(/^[\x21-\x7e]+$/);

/** As GitLab answers them, with the application they belong to. `created_at` is in seconds since the epoch. */
export const tokensSchema = z.looseObject({
  access_token: token,
  refresh_token: token,
  client_id: z.string().min(1),
  client_secret: z.string().optional(),
  redirect_uri: z.string().optional(),
  expires_in: z.number().default(7200),
  created_at: z.number().default(0),
});
export type OAuthTokens = z.infer<typeof tokensSchema>;

/** What `POST /oauth/token` answers. */
export const answerSchema = z.object({
  access_token: token,
  refresh_token: token,
  expires_in: z.number().default(7200),
  created_at: z.number().optional(),
});
