import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type ApiError, type FaceOfApi, sendJson } from './face.js';

export const anthropic: FaceOfApi = {
  name: 'anthropic',
  unauthorised(headers) {
    return headers['x-api-key'] || headers.authorization ? undefined : 'x-api-key header is required';
  },
  read: (body) => ({ body }),
  contentType: 'text/event-stream; charset=utf-8',
  frame: (event) => sse(event.type, event),
  frameError: (type) => sse('error', { type: 'error', error: { type, message: type }, request_id: null }),
  sendError: sendApiError,
};

const sse = (name: string, data: object): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

export function sendApiError(
  response: ServerResponse,
  { status, type, message }: ApiError,
  headers: Record<string, string>,
): void {
  const request_id = `req_${randomUUID().slice(0, 18)}`;
  sendJson(
    response,
    status,
    { 'request-id': request_id, ...headers },
    { type: 'error', error: { type, message }, request_id },
  );
}
