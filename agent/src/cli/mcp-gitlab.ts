// `cofferdam mcp gitlab` and `cofferdam mcp gitlab-FAMILY`: tools of one GitLab, each request audited.
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { openAuditLog } from '@cofferdam/mcp-servers/audit';
import {
  type FamilyName,
  familyNames,
  GitLabConnection,
  readGitLabPolicy,
  readGitLabSettings,
} from '@cofferdam/mcp-servers/gitlab';
import { stateHome } from '../home.js';
import { oneOf, say, usage } from './command.js';
import type { Serve } from './mcp-http.js';

export interface GitLabValues {
  toolsets?: string | undefined;
  'read-only'?: boolean | undefined;
  policy?: string | undefined;
  'audit-session'?: string | undefined;
}

/** Throws AgentError `usage`, and ToolError `bad-settings` before anything is served. */
export async function serveGitLab(name: string, values: GitLabValues, serve: Serve): Promise<void> {
  // Waits on the network, not on the processor: 93 MB instead of 126 MB after 2,000 calls, at the same speed.
  setFlagsFromString('--optimize-for-size');
  const { toolsets, policy, 'audit-session': session } = values;
  const families = name === 'gitlab' ? chosen(toolsets) : [name.slice('gitlab-'.length) as FamilyName];
  if (name !== 'gitlab' && toolsets !== undefined) throw usage('--toolsets is for the server gitlab.');
  const home = stateHome();
  const settings = readGitLabSettings(process.env);
  const project = settings.project ?? (await projectHere(settings.instance));
  const connection = new GitLabConnection({
    settings: { ...settings, ...(project !== undefined && { project }) },
    policy: await readGitLabPolicy(policy ?? join(home, 'policy.yaml')),
    audit: openAuditLog({ home, name, ...(session !== undefined && { session }) }),
    readOnly: values['read-only'] ?? /^(1|true|yes)$/i.test(process.env['GITLAB_READ_ONLY'] ?? ''),
    onWarning: say,
  });
  try {
    await serve(await connection.serversOf({ name, families }));
  } finally {
    await connection.close();
  }
}

/** Where GITLAB_PROJECT is not set: what the Git remotes of the current folder say. */
async function projectHere(instance: string): Promise<string | undefined> {
  const { describeFinding, findProject } = await import('../project/index.js');
  const finding = await findProject({ folder: process.cwd(), settings: { instance }, env: process.env });
  say(`Bound to: ${describeFinding(finding)}`);
  return finding.kind === 'found' ? finding.project.path : undefined;
}

function chosen(toolsets: string | undefined): FamilyName[] {
  if (toolsets === undefined) return familyNames;
  return toolsets.split(',').map((name) => oneOf('--toolsets', name.trim().replace(/^gitlab-/, ''), familyNames));
}
