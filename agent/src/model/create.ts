// The model that a session talks to. Each provider's SDK is loaded when it is called for: the clouds' are large.
import { AgentError } from '../errors.js';
import type { Tuning } from './messages.js';
import { defaultModel, type Environment, providerOf } from './provider.js';
import type { Model } from './types.js';

export interface ModelSettings extends Tuning {
  /** As the provider calls it. Default: Sonnet. */
  model?: string | undefined;
  /** Says who serves it, and holds the credentials; docs/models.md lists the variables. */
  env: Environment;
}

/** Throws AgentError `no-key` where the environment lacks what the provider needs, `usage` where it makes no sense. */
export async function createModel({ model = defaultModel, env, ...tuning }: ModelSettings): Promise<Model> {
  const common = { model, thinking: thinkingOf(env), ...tuning };
  switch (providerOf(env)) {
    case 'anthropic': {
      const { ANTHROPIC_API_KEY: apiKey, ANTHROPIC_AUTH_TOKEN: authToken, ANTHROPIC_BASE_URL: baseURL } = env;
      if (!apiKey && !authToken) throw missing('ANTHROPIC_API_KEY', noKeyRemedy);
      const { anthropicModel } = await import('./anthropic.js');
      return anthropicModel({ ...common, apiKey, authToken, baseURL });
    }
    case 'bedrock': {
      const { AWS_BEARER_TOKEN_BEDROCK: apiKey, ANTHROPIC_BEDROCK_BASE_URL: baseURL } = env;
      const region = env['AWS_REGION'] || env['AWS_DEFAULT_REGION'];
      if (!region) throw missing('AWS_REGION', 'Set it to the region whose Bedrock serves the model.');
      const { bedrockModel } = await import('./bedrock.js');
      return bedrockModel({ ...common, region, apiKey, baseURL });
    }
    case 'vertex': {
      const { ANTHROPIC_VERTEX_PROJECT_ID: project, CLOUD_ML_REGION: region, ANTHROPIC_VERTEX_BASE_URL: baseURL } = env;
      if (!project) throw missing('ANTHROPIC_VERTEX_PROJECT_ID', 'Set it to the Google Cloud project.');
      if (!region) throw missing('CLOUD_ML_REGION', 'Set it to a region of Vertex AI, or to global.');
      const { vertexModel } = await import('./vertex.js');
      return vertexModel({ ...common, project, region, baseURL });
    }
  }
}

const noKeyRemedy =
  "Set it to a key of the model's API, or choose another provider with COFFERDAM_PROVIDER=bedrock or vertex.";

function missing(variable: string, remedy: string): AgentError {
  return new AgentError('no-key', `${variable} is not set.`, remedy);
}

function thinkingOf(env: Environment): Tuning['thinking'] {
  const budget = env['COFFERDAM_THINKING'];
  return budget ? { budgetTokens: Number(budget) } : undefined;
}
