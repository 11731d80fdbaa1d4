// What a GitLab connection is made of, and how the environment says it.
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { ToolError } from '../kit/index.js';

export interface GitLabSettings {
  /** `https://host[:port][/prefix]`, without a slash at the end. */
  instance: string;
  /** `group/sub/project` or a number; the only project that calls may reach unless the policy names others. */
  project?: string;
  credentials: Credentials;
  /** PEM of authorities to trust besides Node's own. */
  ca?: string;
  /** Milliseconds until the first byte of an answer. */
  timeoutMs: number;
}

export type Credentials =
  /** Personal, project and group tokens, and OAuth access tokens that nobody refreshes. */
  | { kind: 'token'; token: string }
  /** `CI_JOB_TOKEN`: not every endpoint accepts it. */
  | { kind: 'job'; token: string }
  /** OAuth tokens that are refreshed, kept in a file that several processes may share. */
  | { kind: 'oauth'; file: string };

const number = z.coerce.number().positive().max(3600);

/** Of a `URL`, which brings addresses to their usual form. */
export const isLoopback = (hostname: string) => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);

/** The instance that requests go to. Throws ToolError `bad-settings`. */
function readInstance({ GITLAB_URL: text, GITLAB_INSECURE_HTTP: insecure }: NodeJS.ProcessEnv): string {
  const url = text && URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    // Not shown: it may hold a password.
    throw bad('GITLAB_URL is missing or not a web address.', 'Set it to one such as https://gitlab.example.com.');
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && insecure !== '1') {
    throw bad(
      'GITLAB_URL begins with http://, and the token would travel in clear.',
      'Use https://. Where there is no other way, GITLAB_INSECURE_HTTP=1 accepts that.',
    );
  }
  return `${url.origin}${url.pathname.replace(/\/api\/v4\/?$/, '')}`.replace(/\/+$/, '');
}

/**
 * Reads GITLAB_URL, GITLAB_PROJECT, GITLAB_TOKEN or GITLAB_OAUTH_FILE or CI_JOB_TOKEN, GITLAB_CA_FILE and
 * GITLAB_TIMEOUT (seconds). Takes the secrets out of `env`, so that they are read once and no child inherits them.
 * Throws ToolError `bad-settings`.
 */
export function readGitLabSettings(env: NodeJS.ProcessEnv): GitLabSettings {
  const { GITLAB_PROJECT: project, GITLAB_CA_FILE: caFile, GITLAB_TIMEOUT: timeout } = env;
  const seconds = number.safeParse(timeout ?? 30);
  if (!seconds.success) throw bad('GITLAB_TIMEOUT is not a number of seconds.', 'Set it to one such as 30.');
  const settings: GitLabSettings = {
    instance: readInstance(env),
    credentials: takeCredentials(env),
    timeoutMs: seconds.data * 1000,
  };
  if (project) settings.project = readProject(project);
  if (caFile) settings.ca = readCa(caFile);
  return settings;
}

function takeCredentials(env: NodeJS.ProcessEnv): Credentials {
  const { GITLAB_TOKEN: token, CI_JOB_TOKEN: jobToken, GITLAB_OAUTH_FILE: file } = env;
  for (const name of ['GITLAB_TOKEN', 'CI_JOB_TOKEN']) delete env[name];
  if (file) return { kind: 'oauth', file };
  const found = token || jobToken;
  if (!found) {
    throw bad(
      'There is no GitLab token.',
      'Set GITLAB_TOKEN to a personal, project or group access token with the scope api (read_api for reading only), or GITLAB_OAUTH_FILE to a file with OAuth tokens.',
    );
  }
  if (found.startsWith('${')) {
    throw bad(
      `Instead of a GitLab token there is ${JSON.stringify(found)}: your client passed it on and did not replace it.`,
      'Set that variable where the client is started, or write the token itself in the configuration.',
    );
  }
  // A header's value; anything else would be refused by the HTTP library with the token in its message.
  if (!/^[\x21-\x7e]+$/.test(found)) {
    throw bad('The GitLab token holds a space, a line break or another character that no token has.', 'Copy it again.');
  }
  return { kind: token && !token.startsWith('glcbt-') ? 'token' : 'job', token: found };
}

/** GitLab's rules: segments of letters, digits, `_`, `-` and `.`, at least a namespace and a name; or a number. */
const projectPath = /^(?:\d+|[A-Za-z0-9_][\w.-]*(?:\/[A-Za-z0-9_][\w.-]*)+)$/;

function readProject(text: string): string {
  const path = text.replace(/%2f/gi, '/');
  if (projectPath.test(path)) return path;
  throw bad(
    `GITLAB_PROJECT is ${JSON.stringify(text)}, which is not the path of a project.`,
    'Set it to one such as group/project, or to its number.',
  );
}

function readCa(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw bad(`GITLAB_CA_FILE cannot be read: ${(cause as Error).message}.`, 'Name a PEM file.');
  }
}

function bad(message: string, remedy: string): ToolError {
  return new ToolError('bad-settings', message, remedy);
}
