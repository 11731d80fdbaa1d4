// Which client scenarios of the suite apply to Cofferdam.

export const clientScenarios = [
  'initialize',
  'tools_call',
  'sse-retry',
  'auth/metadata-default',
  'auth/metadata-var1',
  'auth/metadata-var2',
  'auth/metadata-var3',
  'auth/basic-cimd',
  'auth/scope-from-www-authenticate',
  'auth/scope-from-scopes-supported',
  'auth/scope-omitted-when-undefined',
  'auth/scope-step-up',
  'auth/token-endpoint-auth-basic',
  'auth/token-endpoint-auth-post',
  'auth/token-endpoint-auth-none',
  'auth/pre-registration',
  'auth/2025-03-26-oauth-metadata-backcompat',
  'auth/2025-03-26-oauth-endpoint-fallback',
  'auth/offline-access-scope',
  'auth/offline-access-not-supported',
  'auth/client-credentials-jwt',
  'auth/client-credentials-basic',
];

/** Whose server is at fault: all is well when the client gives up. */
export const clientGivesUp = ['auth/scope-retry-limit', 'auth/resource-mismatch'];

/** How late a client comes back is for the machine to say, and a busy one says anything; too early is a fault. */
export const latenessOf = 'client-sse-retry-timing';

/** Scenarios that do not apply, and why. */
export const notForClients: Record<string, string> = {
  'elicitation-sep1034-client-defaults':
    'No third-party server may ask the user anything through Cofferdam: whoever answers believes that Cofferdam asks.',
  'auth/cross-app-access-complete-flow':
    'It takes an identity token of a company, and Cofferdam signs nobody in to a company.',
};
