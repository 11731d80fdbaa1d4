// What serving over HTTP can be told.
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';

export interface HttpOptions {
  /** Called once a session, so that no client meets another's state. `id` is the session's `Mcp-Session-Id`. */
  createServer: (session: { id: string }) => Server;
  /** 0 takes any free port. */
  port: number;
  /** Default: 127.0.0.1. */
  host?: string;
  /** What every request must bear. Of several, each has sessions of its own. Letters, digits and `-._~+/`, then `=`. */
  token: string | readonly string[];
  /** The endpoint's URL as clients know it, when a proxy stands in front: `https://mcp.example.com/mcp`. */
  publicUrl?: string;
  /** Origins whose pages may call, such as `https://app.example.com`. A request without an origin is no page's. */
  allowedOrigins?: readonly string[];
  /** Host names, without port, that a request may be addressed to, besides loopback, `host` and that of `publicUrl`. */
  allowedHosts?: readonly string[];
  /** Issuers of tokens, named in the resource metadata; whatever checks theirs stands in front and bears `token`. */
  authorizationServers?: readonly string[];
  /** Default: 32. */
  maxSessions?: number;
  /** A session without a request for so long is closed. Default: 30 minutes. */
  idleMs?: number;
  /** What the operator should know but nothing failed of. */
  onWarning?: (message: string) => void;
  /** What went wrong with a request or a session, after the client was told. */
  onError: (error: Error) => void;
}

export interface HttpServing {
  /** Of the endpoint, with the port that was taken. */
  readonly url: string;
  /** Ends every session, aborts the calls that run, and frees the port. */
  close(): Promise<void>;
}
