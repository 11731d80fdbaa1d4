import type { User } from './people.js';

/** An event that a client had GitLab count. */
export interface UsageEvent {
  event: string;
  user: User;
  namespaceId: number | undefined;
  projectId: number | undefined;
  additionalProperties: Record<string, unknown>;
  at: Date;
}
