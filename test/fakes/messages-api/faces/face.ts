// What the three APIs differ in: where a request goes, who may make it, and the frames of the answer.
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Face } from '../script.js';
import type { StreamEvent } from '../stream.js';

export interface ApiError {
  status: number;
  type: string;
  message: string;
}

export interface FaceOfApi {
  readonly name: Face;
  /** Why a request without valid credentials is refused, undefined when it has them. */
  unauthorised(headers: IncomingHttpHeaders): string | undefined;
  /** The request as the Messages API has it, or why it is none. */
  read(body: Record<string, unknown>, model: string): { body: Record<string, unknown>; fault?: string };
  readonly contentType: string;
  frame(event: StreamEvent): Uint8Array | string;
  /** An error in the middle of a stream. */
  frameError(type: string): Uint8Array | string;
  sendError(response: ServerResponse, error: ApiError, headers: Record<string, string>): void;
}

export function sendJson(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: object,
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
