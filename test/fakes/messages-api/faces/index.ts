import { anthropic } from './anthropic.js';
import { bedrock } from './bedrock.js';
import type { FaceOfApi } from './face.js';
import { vertex } from './vertex.js';

export type { ApiError, FaceOfApi } from './face.js';
export { sendJson } from './face.js';
export { anthropic };

/** Which API a path belongs to, and the model that it names. */
export function faceOf(path: string): { face: FaceOfApi; model: string } | undefined {
  if (path.endsWith('/v1/messages')) return { face: anthropic, model: '' };
  const onBedrock = /\/model\/([^/]+)\/invoke-with-response-stream$/.exec(path);
  if (onBedrock) return { face: bedrock, model: decodeURIComponent(onBedrock[1] ?? '') };
  const onVertex = /\/projects\/[^/]+\/locations\/[^/]+\/publishers\/anthropic\/models\/([^/]+):streamRawPredict$/.exec(
    path,
  );
  return onVertex ? { face: vertex, model: decodeURIComponent(onVertex[1] ?? '') } : undefined;
}
