// What the user says about GitLab in the environment.
import { AgentError } from '../errors.js';
import { parseProjectPath } from './remote-url.js';

export interface GitLabSettings {
  /** GITLAB_URL as `https://host[:port][/prefix]`, without credentials. */
  instance?: string;
  /** GITLAB_PROJECT: `group/sub/project` or a number. */
  project?: string;
}

/** Throws AgentError `usage` for a GITLAB_URL or GITLAB_PROJECT that cannot be one. */
export function readGitLabSettings(env: NodeJS.ProcessEnv): GitLabSettings {
  const { GITLAB_URL: url, GITLAB_PROJECT: project } = env;
  return { ...(url && { instance: readInstance(url) }), ...(project && { project: readProject(project) }) };
}

function readInstance(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') {
    return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  }
  // Not shown: it may hold a password.
  throw new AgentError(
    'usage',
    'GITLAB_URL is not a web address.',
    'Set it to one such as https://gitlab.example.com.',
  );
}

function readProject(text: string): string {
  const project = /^\d+$/.test(text) ? text : parseProjectPath(text.replace(/%2f/gi, '/'));
  if (project !== undefined) return project;
  throw new AgentError(
    'usage',
    `GITLAB_PROJECT is ${JSON.stringify(text)}, which is not the path of a project.`,
    'Set it to one such as group/project, or to its number.',
  );
}
