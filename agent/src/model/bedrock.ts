// Amazon Bedrock.
import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk';
import { messagesModel, type Tuning } from './messages.js';
import type { Model } from './types.js';

export interface BedrockOptions extends Tuning {
  /** Bedrock's name of the model, an inference profile or an ARN. */
  model: string;
  region: string;
  baseURL?: string | undefined;
  /** A Bedrock API key; default: what the AWS credential chain finds. */
  apiKey?: string | undefined;
}

/**
 * Models with a version in their name know none of the API's later versions: the SDK's own would be refused. Source:
 * platform.claude.com/docs/en/build-with-claude/claude-on-amazon-bedrock.
 */
const versioned = /-v\d+(:\d+)?$/;
const olderVersion = { 'anthropic-version': 'bedrock-2023-05-31' };

/** Bedrock sends no pings, and a model that thinks may say nothing for minutes. */
const idleMs = 5 * 60_000;

export function bedrockModel({ model, region, baseURL, apiKey, ...tuning }: BedrockOptions): Model {
  return messagesModel({
    ...tuning,
    idleMs: tuning.idleMs ?? idleMs,
    model,
    remedies: {
      credentials: apiKey
        ? `Check that AWS_BEARER_TOKEN_BEDROCK is valid and may use ${model} in ${region}.`
        : `Check that AWS credentials are set (aws sts get-caller-identity) and may use ${model} in ${region}.`,
      address: 'ANTHROPIC_BEDROCK_BASE_URL or AWS_REGION',
      model: `Name a model as Bedrock does in ${region} (--model global.anthropic.claude-...): ${model} is not known there.`,
    },
    connect: (options) =>
      new AnthropicBedrock({
        ...options,
        ...(versioned.test(model) && { defaultHeaders: olderVersion }),
        awsRegion: region,
        baseURL: baseURL || `https://bedrock-runtime.${region}.amazonaws.com`,
        apiKey: apiKey ?? null,
      }),
  });
}
