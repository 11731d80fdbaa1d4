// A task in its sandbox, from the model's first answer to the reviewed diff.
import type { Sandbox } from '@cofferdam/sandbox';
import { AgentError } from '../errors.js';
import { type Outcome, run } from '../loop/index.js';
import { openToolbox } from '../mcp/index.js';
import { anthropicModel } from '../model/index.js';
import { type ApprovalMode, approvalModes } from '../policy/index.js';
import type { Session } from '../session/index.js';
import { systemPrompt } from '../system-prompt.js';
import { exitCode, oneOf, printJson } from './command.js';
import type { Face } from './face.js';
import { type ApplyMode, applyModes, review } from './review.js';
import { gitlabServer, sandboxServers } from './servers.js';

/** About four hours of a model's work; a task that needs more is better split. */
const limits = { turns: 200, tokens: 5_000_000 };

export const workOptions = {
  approve: { type: 'string', default: 'plan' },
  apply: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

export interface WorkChoices {
  approvals: ApprovalMode;
  apply: ApplyMode;
}

/** Throws AgentError `usage`. */
export function readChoices(
  values: { approve: string; apply?: string | undefined },
  { interactive }: Face,
): WorkChoices {
  return {
    approvals: oneOf('--approve', values.approve, approvalModes),
    apply: oneOf('--apply', values.apply ?? (interactive ? 'ask' : 'none'), applyModes),
  };
}

/** Throws AgentError `no-key`. */
export function apiKey(): string {
  const key = process.env['ANTHROPIC_API_KEY'];
  if (key) return key;
  throw new AgentError('no-key', 'ANTHROPIC_API_KEY is not set.', "Set it to a key of the model's API.");
}

export interface Work extends WorkChoices {
  session: Session;
  sessionId: string;
  sandbox: Sandbox;
  model: string;
  home: string;
  face: Face;
  signal: AbortSignal;
}

/** Resolves to the exit code. The sandbox goes once all its changes are in the workspace, and stays otherwise. */
export async function work(task: Work): Promise<number> {
  const { sandbox, sessionId, face, approvals } = task;
  if (!face.interactive && approvals !== 'all') {
    face.view.line('Nobody can be asked here, so what needs approval is denied (--approve all asks nothing).');
  }
  let outcome: Outcome | undefined;
  let finished = false;
  try {
    outcome = await converse(task);
    const reviewed = outcome.reason === 'done' ? await review(task) : undefined;
    if (reviewed?.complete) {
      await sandbox.close();
      finished = true;
    }
    if (face.json) {
      printJson({ kind: 'result', session: sessionId, sandbox: finished ? null : sandbox.id, ...outcome, ...reviewed });
    }
    if (outcome.reason === 'interrupted') return exitCode.interrupted;
    return outcome.reason === 'done' && !reviewed?.failed ? exitCode.done : exitCode.failed;
  } finally {
    if (!finished) tellHowToGoOn(task, outcome);
  }
}

async function converse({ session, sessionId, sandbox, model, approvals, home, face, signal }: Work): Promise<Outcome> {
  const { project } = session.conversation;
  const gitlab = gitlabServer({ project, sessionId, home });
  if (gitlab.notice !== undefined) face.view.line(face.view.paint('dim', gitlab.notice));
  const toolbox = await openToolbox([...sandboxServers(sandbox.id, home), ...gitlab.servers], signal);
  try {
    return await run({
      model: anthropicModel({ apiKey: apiKey(), baseURL: process.env['ANTHROPIC_BASE_URL'], model }),
      toolbox,
      session,
      approver: face.approver,
      approvals,
      system: systemPrompt(toolbox.instructions, approvals, sandbox.info.folder, project),
      limits,
      signal,
      show: (event) => face.event(event),
    });
  } finally {
    await toolbox.close();
  }
}

function tellHowToGoOn({ face, sessionId, sandbox }: Work, outcome: Outcome | undefined): void {
  const { view } = face;
  view.line('');
  if (outcome?.reason !== 'done') {
    view.line(`To go on: cofferdam sessions resume ${sessionId}`);
    return;
  }
  view.line('What is not applied stays in the sandbox:');
  for (const verb of ['changes --patch', 'apply', 'close']) view.line(`  cofferdam sandbox ${verb} ${sandbox.id}`);
}
