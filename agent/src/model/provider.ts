// Who serves the model, as the environment says.
import { AgentError } from '../errors.js';

export const defaultModel = 'claude-sonnet-5';

const providers = ['anthropic', 'bedrock', 'vertex'] as const;
export type Provider = (typeof providers)[number];

export type Environment = Readonly<Record<string, string | undefined>>;

/** COFFERDAM_PROVIDER, else whoever there are settings for: a key of Anthropic's API, then Vertex, then Bedrock. Throws AgentError `usage`. */
export function providerOf(env: Environment): Provider {
  const named = env['COFFERDAM_PROVIDER'];
  if (named) {
    const provider = providers.find((name) => name === named);
    if (provider) return provider;
    throw new AgentError('usage', `COFFERDAM_PROVIDER=${named} is not known.`, `Use one of: ${providers.join(', ')}.`);
  }
  const given = (...names: string[]) => names.some((name) => env[name]);
  if (given('ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_BASE_URL')) return 'anthropic';
  if (given('ANTHROPIC_VERTEX_PROJECT_ID', 'ANTHROPIC_VERTEX_BASE_URL')) return 'vertex';
  if (given('ANTHROPIC_BEDROCK_BASE_URL', 'AWS_BEARER_TOKEN_BEDROCK', 'AWS_REGION')) return 'bedrock';
  return 'anthropic';
}
