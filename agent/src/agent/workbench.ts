// What a session works with: its sandbox, the servers whose tools the model gets, and the project behind the workspace.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectKeeper, type Keeper } from '../keeper/index.js';
import { openToolbox, type ServerConnection, type Toolbox } from '../mcp/index.js';
import type { Policy } from '../policy/index.js';
import { describeFinding, findProject, readGitLabSettings } from '../project/index.js';
import type { Session } from '../session/index.js';
import type { ServerStarter } from './servers.js';

export interface WorkbenchOptions {
  id: string;
  session: Session;
  workspace: string;
  image: string | undefined;
  env: NodeJS.ProcessEnv;
  servers: ServerStarter;
  /** What the GitLab tools may reach beyond the project, as all layers of the policy admit it. */
  gitlabScope: Policy['gitlab'];
  /** Third-party servers that work in this sandbox. */
  further(sandbox: string): Promise<readonly ServerConnection[]>;
  signal: AbortSignal;
  /** How far the opening is. */
  onProgress(text: string): void;
}

export interface Workbench {
  keeper: Keeper;
  toolbox: Toolbox;
  /** The folder that the user opened, below the workspace's root; '' for the root. */
  folder: string;
  close(): Promise<void>;
}

/** Opens the session's sandbox, or a new one where it is gone, and connects to all servers. */
export async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const finding = noteProject(options);
  finding.catch(() => {}); // awaited later
  try {
    return await openAll(options, finding);
  } catch (error) {
    // Whoever is told of it may close the session, into which this still writes.
    await finding.catch(() => {});
    throw error;
  }
}

async function openAll(options: WorkbenchOptions, finding: Promise<void>): Promise<Workbench> {
  const { session, servers, gitlabScope, signal, onProgress } = options;
  const keeper = await connectKeeper(servers.keeper(join(session.folder, 'checkpoints')), { signal, onProgress });
  // They load what they need while the containers start.
  const ahead = servers.workspaceAhead();
  try {
    const { id, folder } = await openSandbox(keeper, options);
    await finding;
    const gitlab = servers.gitlab(session.conversation.project, options.id, keepScope(session, gitlabScope));
    if (gitlab.notice !== undefined) onProgress(gitlab.notice);
    const further = await options.further(id);
    const toolbox = await openToolbox([...ahead.on(id), ...gitlab.servers, ...further], signal, onProgress);
    const close = async () => {
      await toolbox.close();
      await keeper.detach();
    };
    return { keeper, toolbox, folder, close };
  } catch (error) {
    ahead.dismiss();
    await keeper.detach();
    throw error;
  }
}

/** As a policy file of its own, since the server would read the user's alone. JSON is YAML. */
function keepScope({ folder }: Session, scope: Policy['gitlab']): string {
  const file = join(folder, 'gitlab-policy.yaml');
  writeFileSync(file, JSON.stringify({ gitlab: scope }), { mode: 0o600 });
  return file;
}

async function noteProject({ session, workspace, env, onProgress }: WorkbenchOptions): Promise<void> {
  if (session.facts.projectIsKnown) return;
  const found = await findProject({ folder: workspace, settings: readGitLabSettings(env), env });
  if (found.kind !== 'found') onProgress(describeFinding(found));
  session.record({ kind: 'project', project: found.kind === 'found' ? found.project : null });
}

async function openSandbox(
  keeper: Keeper,
  { session, workspace, image, onProgress }: WorkbenchOptions,
): Promise<{ id: string; folder: string }> {
  const { sandbox, checkpoint } = session.facts;
  const attached = sandbox === undefined ? undefined : await attach(keeper, sandbox);
  const opened = attached ?? (await keeper.open({ workspace, ...(image !== undefined && { image }) }));
  for (const notice of opened.notices) onProgress(notice);
  if (attached) return attached;
  if (sandbox !== undefined) {
    const files =
      checkpoint === undefined ? 'a new copy of the workspace' : 'the files as they were at the last prompt';
    session.record({
      kind: 'notice',
      text: `The sandbox ${sandbox} is gone; the session goes on in a new one with ${files}.`,
    });
  }
  session.record({ kind: 'sandbox', id: opened.id });
  return opened;
}

/** One that is gone already is gone. Throws what the keeper throws; then it is still there. */
export async function removeSandbox(id: string, keeperServer: ServerConnection): Promise<void> {
  const keeper = await connectKeeper(keeperServer, { signal: new AbortController().signal, onProgress: () => {} });
  try {
    if (await attach(keeper, id)) await keeper.close();
  } finally {
    await keeper.detach();
  }
}

/** Undefined when there is no such sandbox any more. */
async function attach(keeper: Keeper, id: string): Promise<Awaited<ReturnType<Keeper['attach']>> | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await keeper.attach(id);
    } catch (error) {
      const { toolCode } = error as { toolCode?: string };
      if (toolCode === 'sandbox-not-found') return undefined;
      // An engine that has just been started takes a while to know its containers.
      if (toolCode !== 'engine-unreachable' || attempt === 3) throw error;
      await sleep(1_000);
    }
  }
}
