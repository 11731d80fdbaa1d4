// Google Vertex AI.
import { AnthropicVertex } from '@anthropic-ai/vertex-sdk';
import { messagesModel, type Tuning } from './messages.js';
import type { Model } from './types.js';

export interface VertexOptions extends Tuning {
  /** Vertex' name of the model. */
  model: string;
  /** A region, or `global`. */
  region: string;
  project: string;
  baseURL?: string | undefined;
}

export function vertexModel({ model, region, project, baseURL, ...tuning }: VertexOptions): Model {
  return messagesModel({
    ...tuning,
    model,
    remedies: {
      credentials: `Log in with "gcloud auth application-default login", or set GOOGLE_APPLICATION_CREDENTIALS to an account that may use Vertex AI in ${project}.`,
      address: 'ANTHROPIC_VERTEX_BASE_URL or CLOUD_ML_REGION',
      model: `Check that ${model} is enabled in ${project} and served in ${region} (--model, CLOUD_ML_REGION).`,
    },
    connect: (options) => new AnthropicVertex({ ...options, region, projectId: project, ...(baseURL && { baseURL }) }),
  });
}
