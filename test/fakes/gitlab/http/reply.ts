// What a handler answers with: a plain value becomes 200 (201 for POST, 204 for DELETE), a Reply says more.
import type { Readable } from 'node:stream';

export class Reply {
  constructor(
    readonly status: number | undefined,
    readonly body: unknown,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}

/** Thrown to end a request with an error, like `error!` in GitLab's API. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly body: unknown,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(`${status} ${JSON.stringify(body)}`);
  }
}

export const status = (code: number, body: unknown = null): Reply => new Reply(code, body);

/** Bytes or text that are not JSON; a stream is sent as it is made, without a length and an ETag. */
export const raw = (
  body: Buffer | string | Readable,
  contentType: string,
  headers: Record<string, string> = {},
): Reply =>
  new Reply(undefined, typeof body === 'string' ? Buffer.from(body) : body, {
    'content-type': contentType,
    ...headers,
  });

/** `{"message":"404 Issue Not Found"}`; without a name `404 Not found`. */
export const notFound = (what?: string): ApiError =>
  new ApiError(404, { message: what ? `404 ${what} Not Found` : '404 Not found' });

/** `{"message":"403 Forbidden - REASON"}`. */
export const forbidden = (reason?: string): ApiError =>
  new ApiError(403, { message: reason ? `403 Forbidden - ${reason}` : '403 Forbidden' });

/** `{"message":"400 Bad request - REASON"}`. */
export const badRequest = (reason?: string): ApiError =>
  new ApiError(400, { message: reason ? `400 Bad request - ${reason}` : '400 Bad request' });

/** GitLab's `render_api_error!`: a message as it is, without the status before it. */
export const renderError = (code: number, message: unknown): ApiError => new ApiError(code, { message });

/** What a model's validation found: `{"message":{"title":["can't be blank"]}}`. */
export const invalid = (errors: Readonly<Record<string, readonly string[]>>, code = 400): ApiError =>
  new ApiError(code, { message: errors });

/** What Grape's own validation found: `{"error":"title is missing"}`. */
export const parameterError = (text: string): ApiError => new ApiError(400, { error: text });

export const unauthorized = (): ApiError => new ApiError(401, { message: '401 Unauthorized' });

export const conflict = (reason?: string): ApiError =>
  new ApiError(409, { message: reason ? `409 Conflict: ${reason}` : '409 Conflict' });

export const notAllowed = (): ApiError => new ApiError(405, { message: '405 Method Not Allowed' });
