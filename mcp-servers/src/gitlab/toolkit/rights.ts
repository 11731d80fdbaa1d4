// What a token's scopes let a tool do, as far as that is known before asking.
import { ToolError } from '../../kit/index.js';
import type { GitLabClient } from '../client/client.js';
import type { Endpoint } from '../client/endpoint.js';

/** As much of a tool as matters here. */
interface Asking {
  name: string;
  /** `read` or another word. */
  effect: string;
  endpoints: readonly Endpoint[];
}

const reading = ['api', 'read_api', 'ai_workflows'];
const writing = ['api', 'ai_workflows'];

/** Throws ToolError `insufficient-scope` where the token certainly cannot. What GitLab itself refuses says so then. */
export function checkRights({ name, effect, endpoints }: Asking, { scopes }: Pick<GitLabClient, 'scopes'>): void {
  if (!scopes || endpoints.every((endpoint) => endpoint.includes('/usage_data/'))) return;
  const wanted = effect === 'read' ? reading : writing;
  if (scopes.some((scope) => wanted.includes(scope))) return;
  throw new ToolError(
    'insufficient-scope',
    `${name} needs a token with the scope ${effect === 'read' ? 'read_api or api' : 'api'}; this one has ${scopes.join(', ') || 'none'}. Nothing was sent.`,
    'Do without it, or tell the user which scope is missing.',
  );
}
