// MCP over Streamable HTTP. Loaded when it is called for: a server over stdio does not pay for it.
import type { HttpOptions, HttpServing } from './options.js';

export type { HttpOptions, HttpServing } from './options.js';

/**
 * Serves MCP at `/mcp` until it is closed. Throws ToolError `bad-settings` for a token that no request could bear, and
 * what listening throws, such as `EADDRINUSE`.
 */
export async function serveHttp(options: HttpOptions): Promise<HttpServing> {
  const { listen } = await import('./listen.js');
  return listen(options);
}
