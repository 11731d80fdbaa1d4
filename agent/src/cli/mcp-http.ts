// `cofferdam mcp NAME --http PORT`: its options, its token, and what it tells the user.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { AgentError, explain } from '../errors.js';
import { printJson, say, usage } from './command.js';

export const httpOptions = {
  http: { type: 'string' },
  host: { type: 'string' },
  'public-url': { type: 'string' },
  'allow-origin': { type: 'string', multiple: true },
  json: { type: 'boolean' },
} as const;

export const httpHelp = `Over Streamable HTTP instead of stdio, until Ctrl-C (see docs/http.md):
  --http PORT         at http://127.0.0.1:PORT/mcp; 0 takes any free port; with --json the address is printed on stdout
  --host ADDRESS      listen on another address; then a proxy with TLS belongs in front
  --public-url URL    the URL that clients use, when a proxy is in front
  --allow-origin URL  let pages of this origin call; may be given several times
COFFERDAM_HTTP_TOKEN is the bearer token that every request needs, or several with commas between, none of which can
use another's sessions. Without it, one is made and printed.`;

/** Offers what `create` makes, a server for each session, and resolves when it is over. */
export type Serve = (create: (session: { id: string }) => Server) => Promise<void>;

/** Throws AgentError `usage` for an option that only HTTP has. */
export function expectStdio(values: HttpValues): void {
  for (const option of ['host', 'public-url', 'allow-origin', 'json'] as const) {
    if (values[option] !== undefined) throw usage(`--${option} is for --http PORT.`);
  }
}

export interface HttpValues {
  http?: string | undefined;
  host?: string | undefined;
  'public-url'?: string | undefined;
  'allow-origin'?: string[] | undefined;
  json?: boolean | undefined;
}

/** Serves until a signal. Throws AgentError `usage`. */
export function overHttp(http: string, { host, json, ...values }: HttpValues): Serve {
  const port = Number(http);
  if (!/^\d+$/.test(http) || port > 65_535) throw usage('--http takes a port, or 0 for any that is free.');
  const publicUrl = values['public-url'];
  if (publicUrl !== undefined && !(/^https?:/.test(publicUrl) && URL.canParse(publicUrl))) {
    throw usage('--public-url takes a URL, such as https://mcp.example.com/mcp.');
  }
  const allowedOrigins = values['allow-origin'] ?? [];
  if (!allowedOrigins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin)) {
    throw usage('--allow-origin takes an origin without a path, such as https://app.example.com.');
  }
  const tokens = tokensOfEnvironment();
  const made = tokens.length === 0 ? randomBytes(32).toString('base64url') : undefined;
  const stopped = abortedBySignals();
  return async (createServer) => {
    const { serveHttp } = await import('@cofferdam/mcp-servers');
    const serving = await serveHttp({
      createServer,
      port,
      token: made ?? tokens,
      ...(host !== undefined && { host }),
      ...(publicUrl !== undefined && { publicUrl }),
      allowedOrigins,
      onWarning: say,
      onError: (error) => say(explain(error)),
    }).catch(cannotListen);
    say(`Serving at ${serving.url}`);
    if (made !== undefined) say(`Bearer token: ${made}`);
    if (json) printJson({ url: serving.url });
    if (!stopped.aborted) await once(stopped, 'abort');
    await serving.close();
  };
}

function cannotListen(cause: Error): never {
  throw new AgentError('server-failed', `It cannot listen: ${cause.message}.`, 'Try --http 0, or another --host.', {
    cause,
  });
}

/** Read once: no process that is started later inherits it. Throws AgentError `usage`. */
function tokensOfEnvironment(): string[] {
  const { COFFERDAM_HTTP_TOKEN: value = '' } = process.env;
  delete process.env['COFFERDAM_HTTP_TOKEN'];
  const tokens = value
    .split(',')
    .map((token) => token.trim())
    .filter(Boolean);
  if (tokens.every((token) => /^[\w.~+/-]+=*$/.test(token))) return tokens;
  throw usage('COFFERDAM_HTTP_TOKEN may hold letters, digits and -._~+/ only, and = at the end.');
}

/** A second signal does not wait for good order. */
function abortedBySignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
