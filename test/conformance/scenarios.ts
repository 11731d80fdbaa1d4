// Which scenarios of the suite apply to our servers, which offer tools and nothing else.

/** Against a server with the suite's own tools, made as ours are. */
export const withItsTools = [
  'server-initialize',
  'logging-set-level',
  'ping',
  'tools-list',
  'tools-call-simple-text',
  'tools-call-image',
  'tools-call-audio',
  'tools-call-embedded-resource',
  'tools-call-mixed-content',
  'tools-call-with-logging',
  'tools-call-error',
  'tools-call-with-progress',
  'json-schema-2020-12',
  'server-sse-polling',
  'server-sse-multiple-streams',
  'dns-rebinding-protection',
];

/** Against `cofferdam mcp` as a user starts it: those that call no tool. */
export const asUsersStartIt = [
  'server-initialize',
  'logging-set-level',
  'ping',
  'tools-list',
  'server-sse-multiple-streams',
  'dns-rebinding-protection',
];

/** Checks that may warn: the suite calls what it expects a recommendation. */
export const mayWarn: Record<string, string> = {
  'server-sse-priming-event':
    'It asks with protocol 2025-03-26, whose clients cannot read the event that it looks for; from 2025-11-25 on it is sent.',
  'server-sse-retry-field': 'It is a part of that same event.',
};

const SAMPLING = 'Our servers ask no model of the client: that is what the agent is for.';
const ELICITATION = 'Our servers ask the user nothing: approval is the policy of the client.';
const RESOURCES = 'Our servers offer no resources: what a model may read, it reads by a tool that policy can judge.';
const PROMPTS = 'Our servers offer no prompts.';

/** Scenarios that do not apply, and why. */
export const notApplicable: Record<string, string> = {
  'completion-complete': 'It completes arguments of prompts and resource templates, and our servers have neither.',
  'tools-call-sampling': SAMPLING,
  'tools-call-elicitation': ELICITATION,
  'elicitation-sep1034-defaults': ELICITATION,
  'elicitation-sep1330-enums': ELICITATION,
  'resources-list': RESOURCES,
  'resources-read-text': RESOURCES,
  'resources-read-binary': RESOURCES,
  'resources-templates-read': RESOURCES,
  'resources-subscribe': RESOURCES,
  'resources-unsubscribe': RESOURCES,
  'prompts-list': PROMPTS,
  'prompts-get-simple': PROMPTS,
  'prompts-get-with-args': PROMPTS,
  'prompts-get-embedded-resource': PROMPTS,
  'prompts-get-with-image': PROMPTS,
};
