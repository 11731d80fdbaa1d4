// What our own clients ask for beyond ACP.
import type { AgentApp } from '@agentclientprotocol/sdk';
import { RequestError } from '@agentclientprotocol/sdk';
import * as z from 'zod';
import { answered } from './errors.js';
import { exportText } from './export.js';
import { type Params, type RequestName, type Result, requests } from './extension.js';
import type { Requests } from './requests.js';
import type { LiveSessions } from './sessions.js';
import { statusOf } from './status.js';

const defaultPatchBytes = 1_000_000;

type Handlers = { [Name in RequestName]: (params: Params<Name>) => Result<Name> | Promise<Result<Name>> };

export function serveExtension(app: AgentApp, sessions: LiveSessions, standard: Requests, home: string): void {
  const handlers: Handlers = {
    changes: ({ sessionId, includeIgnored = false }) => agentOf(sessionId).changes({ includeIgnored }),
    patch: ({ sessionId, paths, maxBytes = defaultPatchBytes }) =>
      agentOf(sessionId).patch({ ...(paths && { paths }), maxBytes }),
    apply: ({ sessionId, paths }) => agentOf(sessionId).apply(paths),
    async rewind({ sessionId, prompt }) {
      await agentOf(sessionId).rewind(prompt);
      return {};
    },
    fork: async ({ sessionId, prompt }) => ({ sessionId: await agentOf(sessionId).fork(prompt) }),
    plan({ sessionId, steps, approve = false }) {
      agentOf(sessionId).editPlan(steps, { approve });
      return {};
    },
    continue: ({ sessionId }) => standard.continue(sessions.get(sessionId)),
    export: ({ sessionId, format }) => ({ text: exportText(home, sessionId, format) }),
    async close({ sessionId, removeSandbox = false }) {
      await sessions.close(sessionId, { removeSandbox });
      return {};
    },
    status: ({ sessionId }) => statusOf(sessions.get(sessionId)),
  };

  function agentOf(sessionId: string) {
    return sessions.get(sessionId).agent;
  }

  for (const name of Object.keys(requests) as RequestName[]) register(app, name, handlers);
}

function register<Name extends RequestName>(app: AgentApp, name: Name, handlers: Handlers): void {
  const { method, params } = requests[name];
  app.onRequest(
    method,
    (sent: unknown) => parsed<Name>(params, sent),
    ({ params }) => answered(params.sessionId, () => handlers[name](params)),
  );
}

function parsed<Name extends RequestName>(schema: z.ZodType, sent: unknown): Params<Name> {
  const result = schema.safeParse(sent);
  if (result.success) return result.data as Params<Name>;
  throw new RequestError(-32602, `The parameters do not fit: ${z.prettifyError(result.error)}`);
}
