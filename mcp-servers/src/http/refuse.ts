// How a request is refused: in the form of a JSON-RPC error, which is what clients can read.
import type { ServerResponse } from 'node:http';

export interface Refusal {
  status: number;
  message: string;
  /** Of JSON-RPC. Default: -32000. */
  code?: number;
  headers?: Record<string, string>;
}

/** The connection ends with it, because what is left of the request is not read. */
export function refuse(response: ServerResponse, { status, message, code = -32_000, headers }: Refusal): void {
  const body = JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id: null });
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close', ...headers }).end(body);
}
