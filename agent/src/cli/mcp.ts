import { type Command, exitCode, oneOf, parse, usage } from './command.js';
import { httpHelp, httpOptions } from './mcp-http.js';
import { closeInputOnSignals } from './mcp-input.js';

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

const names = ['sandbox', ...workspaceServers, ...gitlabServers] as const;
type Name = (typeof names)[number];

const options = {
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
} as const;

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
    const { values, positionals } = parse(argv, { ...options, ahead: { type: 'boolean' } });
    if (positionals.length > 1) throw usage('Name one server.');
    const name = oneOf('NAME', positionals[0] ?? '', names);
    if (values.ahead) closeInputOnSignals();
    const serve = await load(name, values);
    if (!values.ahead) {
      await serve(values);
      return exitCode.done;
    }
    const { argumentsFromInput } = await import('./mcp-ahead.js');
    const further = await argumentsFromInput();
    if (further) await serve(parse(further, options).values);
    return exitCode.done;
  },
};

function isManagement(verb: string): verb is (typeof management)[number] {
  return (management as readonly string[]).includes(verb);
}

type Values = ReturnType<typeof parse<typeof options>>['values'];

/** Each kind is loaded when it is asked for: the GitLab servers start without anything of the sandbox. */
async function load(
  name: Name,
  { sandbox, ahead }: Pick<Values, 'sandbox'> & { ahead?: boolean },
): Promise<(values: Values) => Promise<void>> {
  if ((name === 'files' || name === 'git') && (ahead || sandbox !== undefined)) {
    const { relaySandbox } = await import('./mcp-relay.js');
    return (values) => relaySandbox(name, values.sandbox ?? '', values);
  }
  const { serveOver } = await import('./mcp-serve.js');
  switch (name) {
    case 'sandbox': {
      const { serveKeeper } = await import('./mcp-keeper.js');
      return (values) => serveKeeper(values, serveOver(values));
    }
    case 'commands': {
      const { serveCommands } = await import('./mcp-commands.js');
      return (values) => serveCommands(values, serveOver(values));
    }
    case 'files':
    case 'git': {
      const { serveFolder } = await import('./mcp-folder.js');
      return (values) => serveFolder(name, values.root, serveOver(values));
    }
    default: {
      const { serveGitLab } = await import('./mcp-gitlab.js');
      return (values) => serveGitLab(name, values, serveOver(values));
    }
  }
}
