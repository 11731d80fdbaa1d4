// MCP over Streamable HTTP. Loaded when it is called for: a server over stdio does not pay for it.
import type { HttpOptions, HttpServing } from './options.js';

export type { HttpOptions, HttpServing } from './options.js';

/**
 * Serves MCP at `/mcp` until it is closed. Throws what listening throws, such as `EADDRINUSE`, and a TypeError for a
 * token that no request could bear and for a `publicUrl` that is none.
 */
export async function serveHttp(options: HttpOptions): Promise<HttpServing> {
  const { listen } = await import('./listen.js');
  return listen(options);
}
