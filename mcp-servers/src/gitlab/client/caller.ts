// On whose behalf a request is made: what ties an audit event to a call of a tool.

export interface Caller {
  callId: string;
  /** The tool's name; absent for what the server does by itself, such as looking at its token. */
  tool?: string;
  /** `name/version` of the MCP client. */
  client?: string;
  /** The audit log's own session where absent. */
  session?: string | undefined;
}

export function auditFields({ callId, tool, client, session }: Caller): {
  call: string;
  tool?: string;
  actor?: string;
  session?: string;
} {
  return {
    call: callId,
    ...(tool !== undefined && { tool }),
    ...(client !== undefined && { actor: client }),
    ...(session !== undefined && { session }),
  };
}
