// Google Vertex AI: streamRawPredict. Source: docs.cloud.google.com, "Request predictions with Claude models".
import { anthropic, sendApiError } from './anthropic.js';
import { type FaceOfApi, sendJson } from './face.js';

export const vertex: FaceOfApi = {
  ...anthropic,
  name: 'vertex',
  unauthorised({ authorization = '' }) {
    return /^Bearer \S/.test(authorization) ? undefined : 'Request is missing required authentication credential.';
  },
  read({ anthropic_version, ...body }, model) {
    if (typeof anthropic_version !== 'string') return { body, fault: 'anthropic_version: Field required' };
    if ('model' in body) return { body, fault: 'model: Extra inputs are not permitted' };
    return { body: { ...body, model } };
  },
  sendError(response, error, headers) {
    if (error.status !== 401) return sendApiError(response, error, headers);
    const { status: code, message } = error;
    sendJson(response, code, headers, { error: { code, message, status: 'UNAUTHENTICATED' } });
  },
};
