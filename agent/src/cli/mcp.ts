import { type Command, exitCode, oneOf, parse, usage } from './command.js';
import { httpHelp, httpOptions } from './mcp-http.js';

const workspaceServers = ['files', 'git', 'commands'] as const;
const gitlabServers = [
  'gitlab',
  'gitlab-projects',
  'gitlab-search',
  'gitlab-pipelines',
  'gitlab-jobs',
  'gitlab-merge-requests',
  'gitlab-epics',
  'gitlab-issues',
  'gitlab-notes',
  'gitlab-usage-data',
] as const;

const management = ['list', 'enable', 'disable', 'login'] as const;

export const command: Command = {
  help: `Usage: cofferdam mcp NAME [options]

One tool server over stdio, for any MCP client. It ends when its input does.

  cofferdam mcp files    --root DIR        files below a folder of this machine
  cofferdam mcp git      --root DIR        the Git repository in a folder of this machine
  cofferdam mcp commands --workspace DIR   commands in a sandbox of its own, on a copy of that folder (--image REF)
  cofferdam mcp files|git|commands --sandbox ID    the same in a sandbox that is open
  cofferdam mcp sandbox  --checkpoints DIR opens a sandbox, keeps its states in DIR, applies its changes: for agents

  cofferdam mcp gitlab                     all GitLab tools (--toolsets issues,notes for some of them)
  cofferdam mcp ${gitlabServers.slice(1, 5).join(' | ')}
     | ${gitlabServers.slice(5).join(' | ')}
  --read-only         only tools that read (or GITLAB_READ_ONLY=1)
  --policy FILE       what may be reached beyond the one project (default: policy.yaml in COFFERDAM_HOME)
  --audit-session ID  the session that audit events belong to (default: one of its own)
GITLAB_URL, GITLAB_TOKEN and GITLAB_PROJECT say where and what; docs/gitlab.md has the rest.

Servers of others, from mcp.json (docs/third-party.md). All take --workspace DIR (default: this folder).
  cofferdam mcp list [--json]              which there are, and which of them this project uses
  cofferdam mcp enable NAME [--yes]        shows what it is, and lets the agent use it
  cofferdam mcp disable NAME               never asks about it again, and forgets its login
  cofferdam mcp login NAME                 prints the page where you log in, and waits until you did
  cofferdam mcp third-party --sandbox ID [--cwd DIR] -- PROGRAM ARGUMENTS...
                                           carries what a program in a sandbox reads and writes

${httpHelp}`,

  async run(argv) {
    const [verb = '', ...rest] = argv;
    if (verb === 'third-party') return (await import('./mcp-third-party.js')).carryThirdParty(rest);
    if (isManagement(verb)) return (await import('./mcp-manage.js'))[verb](rest);
    const { values, positionals } = parse(argv, {
      root: { type: 'string' },
      sandbox: { type: 'string' },
      workspace: { type: 'string' },
      image: { type: 'string' },
      checkpoints: { type: 'string' },
      toolsets: { type: 'string' },
      'read-only': { type: 'boolean' },
      policy: { type: 'string' },
      'audit-session': { type: 'string' },
      ...httpOptions,
    });
    if (positionals.length > 1) throw usage('Name one server.');
    const name = oneOf('NAME', positionals[0] ?? '', ['sandbox', ...workspaceServers, ...gitlabServers]);
    const over = async () => (await import('./mcp-serve.js')).serveOver(values);
    // Each kind is loaded when it is asked for: the GitLab servers start without anything of the sandbox.
    if (name === 'sandbox') {
      const { serveKeeper } = await import('./mcp-keeper.js');
      await serveKeeper(values, await over());
    } else if (name === 'commands') {
      const { serveCommands } = await import('./mcp-commands.js');
      await serveCommands(values, await over());
    } else if (name !== 'files' && name !== 'git') {
      const { serveGitLab } = await import('./mcp-gitlab.js');
      await serveGitLab(name, values, await over());
    } else if (values.sandbox !== undefined) {
      const { relaySandbox } = await import('./mcp-relay.js');
      await relaySandbox(name, values.sandbox, values);
    } else {
      const { serveFolder } = await import('./mcp-folder.js');
      await serveFolder(name, values.root, await over());
    }
    return exitCode.done;
  },
};

function isManagement(verb: string): verb is (typeof management)[number] {
  return (management as readonly string[]).includes(verb);
}
