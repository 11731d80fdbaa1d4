// What GitLab, or something between it and us, answered instead of a result: the cause, and what to do about it.
import { ToolError } from '../../kit/index.js';
import { quoted } from '../../untrusted/index.js';

/** An HTTP answer that is not a success. */
export class GitLabError extends ToolError {
  readonly status: number;

  constructor(status: number, code: string, message: string, remedy: string) {
    super(code, message, remedy);
    this.status = status;
  }
}

/** GitLab has no such thing, or does not show it to the token. */
export const isNotFound = (error: unknown): error is GitLabError =>
  error instanceof GitLabError && error.code === 'not-found';

/** What is known of a failed answer. */
export interface Failure {
  status: number;
  /** `GET /projects/:id/issues/:issue_iid` */
  endpoint: string;
  /** The path that was asked for. */
  target: string;
  contentType: string;
  /** The beginning of the body. */
  body: string;
  requestId?: string | undefined;
  /** Seconds, from `Retry-After`. */
  retryAfter?: number | undefined;
  /** What the token may do, where that is known. */
  scopes?: readonly string[] | undefined;
  /** Whether the token is that of a CI job. */
  jobToken?: boolean;
}

export function failureOf(failure: Failure): GitLabError {
  const { status, target, requestId, contentType } = failure;
  // What GitLab's API refuses, it refuses in JSON.
  if ([401, 403, 404, 407].includes(status) && contentType.includes('html'))
    return notJson(status, contentType, failure.body);
  const said = reasonIn(failure);
  const error = (code: string, message: string, remedy: string) =>
    new GitLabError(status, code, `${message}.${said && ` GitLab says: ${quoted(said, mostSaid)}.`}`, remedy);

  if (status === 401 && failure.jobToken) {
    return error(
      'unauthorized',
      `GitLab does not accept the CI job's token for ${failure.endpoint}: not every endpoint takes one, and only while the job runs`,
      'Do without this call, or tell the user to set GITLAB_TOKEN to a project access token.',
    );
  }
  if (status === 401) {
    if (/expired/i.test(said)) return error('token-expired', 'The GitLab token has expired', newToken);
    if (/revoked/i.test(said)) return error('token-revoked', 'The GitLab token was revoked', newToken);
    return error('unauthorized', 'GitLab does not accept the token (it is wrong, expired or revoked)', newToken);
  }
  if (status === 403 && /insufficient_scope/.test(failure.body)) return scopeTooSmall(failure);
  if (status === 404 || status === 410) {
    return error(
      'not-found',
      `There is nothing at ${readable(target)}, or the token may not see it`,
      'Check the number or name: list or search for it first. If it is there for a person, the token lacks the right to see it.',
    );
  }
  if (status === 403) {
    return error(
      'forbidden',
      `GitLab refuses ${failure.endpoint}`,
      "The token's user lacks the role for it, or the feature is off: tell the user.",
    );
  }
  if (status === 409)
    return error('conflict', 'GitLab reports a conflict', 'Read the current state again, then decide anew.');
  if (status === 405)
    return error('not-allowed', 'GitLab does not allow this in the current state', 'Read the state first.');
  if (status === 412) return error('conflict', 'It was changed meanwhile', 'Read the current state again.');
  if (status === 429) {
    const wait = failure.retryAfter === undefined ? 'a minute' : `${failure.retryAfter} s`;
    return error(
      'rate-limited',
      'GitLab has had too many requests',
      `Wait ${wait}, and ask for less: narrower filters, fewer calls.`,
    );
  }
  if (status >= 500) {
    const trace = /^[\w-]{1,64}$/.test(requestId ?? '') ? ` (X-Request-Id ${requestId})` : '';
    return error(
      'server-error',
      `GitLab failed with ${status}${trace}`,
      'Try again later; if it persists, tell the user.',
    );
  }
  return error('invalid', `GitLab refused the request with ${status}`, 'Correct the arguments that it names.');
}

/** Characters of what GitLab says that are told on. */
const mostSaid = 500;

/** Of the path that was asked for, which holds names that strangers may have given. */
const readable = (target: string) => quoted(decodeURIComponent(target), 200);

const newToken = 'Tell the user: a new token has to be made in GitLab and set as GITLAB_TOKEN.';

function scopeTooSmall({ status, endpoint, body, scopes }: Failure): GitLabError {
  const needed = /"scope"\s*:\s*"([\w ]{1,100})"/.exec(body)?.[1] ?? 'api';
  const sufficed = scopes?.some((scope) => needed.split(' ').includes(scope));
  const has = sufficed
    ? "The token's scopes are others than when this server started: they do not cover"
    : scopes
      ? `The token has the scope ${scopes.join(', ')}, which does not cover`
      : "The token's scope does not cover";
  const agent = scopes?.includes('ai_workflows')
    ? ' ai_workflows covers reading, creating and updating issues, creating and updating merge requests, and adding notes.'
    : '';
  return new GitLabError(
    status,
    'insufficient-scope',
    `${has} ${endpoint}; GitLab wants ${needed.split(' ').join(' or ')}.${agent}`,
    'Do without this call, or tell the user that a token with that scope is needed.',
  );
}

/** GitLab's own words, whatever form they have, which may hold those of strangers; empty where it has none. */
function reasonIn({ contentType, body, status }: Failure): string {
  const text = contentType.includes('json') ? fromJson(body) : contentType.includes('html') ? titleOf(body) : body;
  return text.trim().replace(new RegExp(`^${status}\\b[ -]*(Not Found|Unauthorized|Forbidden)?$`, 'i'), '');
}

function fromJson(body: string): string {
  try {
    const { message, error, error_description: description, errors } = JSON.parse(body) as Record<string, unknown>;
    return [message ?? errors, error, description]
      .filter((part) => part !== undefined)
      .map((part) => flatten(part))
      .join('; ');
  } catch {
    return '';
  }
}

/** `{"title": ["is too long"]}` reads `title is too long`. Deeper than GitLab goes it is not looked at. */
function flatten(value: unknown, depth = 0): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (depth > 5) return '...';
  if (Array.isArray(value)) return value.map((one) => flatten(one, depth + 1)).join(', ');
  return Object.entries(value)
    .map(([field, text]) => `${field === 'error' || field === 'base' ? '' : `${field} `}${flatten(text, depth + 1)}`)
    .join('; ');
}

function titleOf(html: string): string {
  const title = /<title[^>]{0,200}>([^<]{1,200})/i.exec(html)?.[1]?.trim();
  return title ? `an HTML page, ${quoted(title, 200)}` : 'an HTML page';
}

/** A success that is not what GitLab's API answers. */
export function notJson(status: number, contentType: string, body: string): GitLabError {
  const what = contentType.includes('html') ? titleOf(body) : quoted(contentType, 100);
  return new GitLabError(
    status,
    'not-gitlab',
    `The answer is not JSON from GitLab's API but ${what}. A proxy or a login page may stand in between, or GITLAB_URL is not the address of a GitLab.`,
    'Tell the user to check GITLAB_URL, the proxy variables and the network (VPN).',
  );
}

/** `to` is where to, if that is an address at all. */
export function redirected(status: number, to: URL | undefined, instance: string): GitLabError {
  const place = to ? quoted(to.host, 100) : 'another place';
  if (to?.origin !== new URL(instance).origin) {
    return new GitLabError(
      status,
      'redirected',
      `GitLab redirects to ${place}. That is not the GitLab this server is bound to, so the token was not sent there.`,
      'Tell the user: GITLAB_URL has to be the final address; downloads that GitLab hands to object storage are not offered.',
    );
  }
  return new GitLabError(
    status,
    'redirected',
    'GitLab redirects to another page of its own, which is not what was asked for: it was not followed.',
    'Tell the user: the project may have been moved (GITLAB_PROJECT has to be its new path), or a proxy or sign-in page stands in between.',
  );
}

const networkCauses: Record<string, readonly [cause: string, remedy: string]> = {
  ENOTFOUND: ['its name is not known', 'Check the spelling of GITLAB_URL, and DNS or VPN.'],
  EAI_AGAIN: ['its name cannot be looked up just now', 'Check the network, DNS or VPN.'],
  ECONNREFUSED: ['nothing listens there', 'Check the port in GITLAB_URL and whether GitLab runs.'],
  ECONNRESET: ['the connection was cut', 'Try again later.'],
  EHOSTUNREACH: ['there is no way to it', 'Check the network or VPN.'],
  ENETUNREACH: ['there is no way to it', 'Check the network or VPN.'],
  UND_ERR_SOCKET: ['the connection was cut', 'Try again later.'],
  UND_ERR_CONNECT_TIMEOUT: ['it does not answer', 'Check the network, the proxy variables or VPN.'],
  UND_ERR_HEADERS_TIMEOUT: ['it took too long to answer', 'Ask for less, or raise GITLAB_TIMEOUT (seconds).'],
  UND_ERR_BODY_TIMEOUT: ['the answer stalled', 'Ask for less, or raise GITLAB_TIMEOUT (seconds).'],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ['the answer was cut off', 'Try again later.'],
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    'its certificate is self-signed',
    'Set GITLAB_CA_FILE to the certificate of its authority (PEM).',
  ],
  SELF_SIGNED_CERT_IN_CHAIN: [
    'its certificate chain is self-signed',
    'Set GITLAB_CA_FILE to the certificate of its authority (PEM).',
  ],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'its certificate has no known authority',
    'Set GITLAB_CA_FILE to the certificate of its authority (PEM).',
  ],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
    'its certificate has no known authority',
    'Set GITLAB_CA_FILE to the certificate of its authority (PEM).',
  ],
  CERT_HAS_EXPIRED: ['its certificate has expired', 'Tell the user: the server needs a new certificate.'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'its certificate is for another name',
    'Use the name in the certificate as GITLAB_URL.',
  ],
};

/** Nothing was answered. `sent` is false where the request cannot have reached GitLab. */
export function unreachable(cause: unknown, origin: string): ToolError & { sent: boolean } {
  const code = codeOf(cause);
  const unknown = [quoted((cause as Error).message, 200), 'Check GITLAB_URL and the network.'] as const;
  const [why, remedy] = networkCauses[code] ?? unknown;
  const error = new ToolError('unreachable', `${origin} cannot be reached: ${why}${code && ` (${code})`}.`, remedy, {
    cause,
  });
  return Object.assign(error, { sent: !neverSent.has(code) });
}

const neverSent = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Of an error or of one that it stands for: Node wraps failed connections in an AggregateError. */
function codeOf(error: unknown): string {
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown[] };
  if (typeof code === 'string') return code;
  const inner = cause ?? errors?.[0];
  return inner ? codeOf(inner) : '';
}
