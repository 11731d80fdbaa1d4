// Amazon Bedrock: InvokeModelWithResponseStream. Source: docs.aws.amazon.com/bedrock/latest/APIReference.
import type { IncomingHttpHeaders } from 'node:http';
import { eventStreamFrame } from './event-stream.js';
import { type FaceOfApi, sendJson } from './face.js';

const signature =
  /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/[a-z0-9-]+\/bedrock\/aws4_request, ?SignedHeaders=[^,]*\bhost\b[^,]*, ?Signature=[0-9a-f]{64}$/;

/** Bedrock's names for what the API calls by status. */
const exceptions: Record<number, string> = {
  400: 'ValidationException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  408: 'ModelTimeoutException',
  429: 'ThrottlingException',
  500: 'InternalServerException',
  503: 'ServiceUnavailableException',
};

export const bedrock: FaceOfApi = {
  name: 'bedrock',
  unauthorised(headers: IncomingHttpHeaders) {
    const { authorization = '' } = headers;
    if (/^Bearer \S/.test(authorization)) return undefined;
    if (!signature.test(authorization)) return 'The request is not signed.';
    return headers['x-amz-date'] ? undefined : 'X-Amz-Date is missing.';
  },
  read({ anthropic_version, ...body }, model) {
    if (typeof anthropic_version !== 'string') return { body, fault: 'anthropic_version: Field required' };
    const extra = ['model', 'stream'].find((key) => key in body);
    if (extra) return { body, fault: `#: extraneous key [${extra}] is not permitted` };
    return { body: { ...body, model, stream: true } };
  },
  contentType: 'application/vnd.amazon.eventstream',
  frame(event) {
    const bytes = Buffer.from(JSON.stringify(event)).toString('base64');
    return eventStreamFrame({ ':message-type': 'event', ':event-type': 'chunk' }, { bytes });
  },
  frameError(type) {
    if (type.endsWith('Exception')) {
      return eventStreamFrame({ ':message-type': 'exception', ':exception-type': type }, { message: type });
    }
    return this.frame({ type: 'error', error: { type, message: type } } as never);
  },
  sendError(response, { status, message }, headers) {
    const type = exceptions[status] ?? 'InternalServerException';
    sendJson(response, status, { 'x-amzn-errortype': type, ...headers }, { message });
  },
};
