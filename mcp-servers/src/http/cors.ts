// For the web pages that may call: the headers without which a browser keeps the answers from them.
import type { IncomingMessage, ServerResponse } from 'node:http';

const ALLOWED = 'Authorization, Content-Type, Accept, Last-Event-ID, Mcp-Session-Id, MCP-Protocol-Version';
const EXPOSED = 'Mcp-Session-Id, WWW-Authenticate';

/** Pages of `origins`, which are none of our own, need these headers. */
export function pagesOf(origins: readonly string[]) {
  return {
    /** Adds the headers, and answers a browser's question beforehand; true when that was all. */
    answer({ method, headers: { origin } }: IncomingMessage, response: ServerResponse): boolean {
      if (origin === undefined || !origins.includes(origin)) return false;
      response.setHeader('access-control-allow-origin', origin);
      response.setHeader('access-control-expose-headers', EXPOSED);
      response.setHeader('vary', 'Origin');
      if (method !== 'OPTIONS') return false;
      const methods = 'POST, GET, DELETE';
      const headers = { 'access-control-allow-methods': methods, 'access-control-allow-headers': ALLOWED };
      response.writeHead(204, { ...headers, 'access-control-max-age': '600' }).end();
      return true;
    },
  };
}
