// An endpoint is a method and a path template, as GitLab's documentation writes it; tools declare those they may call.
import { ToolError } from '../../kit/index.js';
import { quoted } from '../../untrusted/index.js';

export type Method = 'GET' | 'POST' | 'PUT';

/** `GET /projects/:id/issues/:issue_iid`. There is no DELETE: no tool deletes. */
export type Endpoint = `${Method} /${string}`;

export type ParamName<Path extends string> = Path extends `${string}:${infer Rest}`
  ? Rest extends `${infer Name}/${infer Tail}`
    ? Name | ParamName<Tail>
    : Rest
  : never;

/** `id` is a place that the boundary let through; other parameters are ids, names or paths, encoded here. */
export type Params<E extends Endpoint> = {
  [Name in ParamName<E>]: Name extends 'id' ? Place : string | number;
};

/** A project or group that calls may reach. Only the boundary makes one. */
export interface Place {
  readonly kind: 'project' | 'group';
  /** Number, or full path. */
  readonly id: string | number;
}

export function split(endpoint: Endpoint): { method: Method; template: string } {
  const space = endpoint.indexOf(' ');
  return { method: endpoint.slice(0, space) as Method, template: endpoint.slice(space + 1) };
}

/**
 * The path below `/api/v4`, every parameter encoded whole, so that none can add a segment or a query. Throws ToolError
 * `bad-reference` for an empty one, for `.` and `..`, which URLs resolve whether encoded or not, for these between
 * slashes, which proxies resolve that decode a path, and for half a character, which cannot be encoded.
 */
export function fill(template: string, params: Record<string, Place | string | number>): string {
  return template.replace(/:(\w+)/g, (_, name: string) => {
    const value = params[name];
    const text = typeof value === 'object' ? String(value.id) : String(value ?? '');
    if (text === '' || !text.isWellFormed() || text.split(/[/\\]/).some((part) => part === '.' || part === '..'))
      throw unusable(name, text);
    return encodeURIComponent(text);
  });
}

function unusable(name: string, text: string): ToolError {
  return new ToolError(
    'bad-reference',
    `${quoted(text, 100)} cannot be the ${name.replaceAll('_', ' ')}: it would ask for something else. Nothing was sent.`,
    'Name it in full: look for it with a tool that lists.',
  );
}

export type QueryValue = string | number | boolean | undefined | readonly (string | number)[];
export type Query = Record<string, QueryValue>;

/** Lists become `name[]=a&name[]=b`; undefined is left out. Begins with `?`, or is empty. */
export function queryString(query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    if (typeof value === 'object') for (const one of value) search.append(`${name}[]`, String(one));
    else search.append(name, String(value));
  }
  const text = search.toString();
  return text && `?${text}`;
}
