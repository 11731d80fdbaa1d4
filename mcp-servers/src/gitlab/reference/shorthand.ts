// GitLab's own short forms: `acme/shop#12`, `!34`, `&5`, `[issue:acme/shop/12]`, `acme/shop@9ba12248`, ...
import { groupPath, projectPath } from './paths.js';
import { type Kind, numberFrom, type Place, type Reference, type ReferenceOptions } from './reference.js';

const symbols: Record<string, Kind> = {
  '#': 'issue',
  '!': 'merge_request',
  '&': 'epic',
  $: 'snippet',
  '%': 'milestone',
};

/** `+` and `+s` ask GitLab to show the title too; a slash before the path makes it an exact one. */
const withSymbol = /^\/?(?<path>[^#!&$%@]*)(?<symbol>[#!&$%])(?<number>\d+)(?:\+s?)?$/;
const withName = /^\[(?<name>issue|work_item|epic):(?:(?<path>[^\]]+)\/)?(?<number>\d+)\](?:\+s?)?$/;
const withPrefix = /^GL-(?<number>\d+)$/i;
const commit = /^(?:(?<path>[^@]*)@)?(?<sha>[0-9a-f]{7,64})(?:\.{2,3}(?<to>[0-9a-f]{7,64}))?$/i;

/** Undefined for what is not in one of these forms, or names an impossible path. */
export function parseShorthand(text: string, options: ReferenceOptions): Reference | undefined {
  const numbered = withSymbol.exec(text) ?? withName.exec(text) ?? withPrefix.exec(text);
  if (numbered?.groups) {
    const { path, symbol = '#', name, number } = numbered.groups;
    const kind = kindOf(symbol, name as Kind | undefined, options.expected);
    return numberedReference(kind, placeOf(path, kind, options.namespace), numberFrom(number));
  }
  if (/^\d+$/.test(text) && options.expected !== 'commit') return bareNumber(text, options.expected);
  return parseCommit(text, options.namespace) ?? parsePath(text, options.expected);
}

/** People write `#12` for whatever they speak of; everything but an issue has to be expected. */
function kindOf(symbol: string, name: Kind | undefined, expected: Kind | undefined): Kind {
  if (name) return name;
  const loose = expected === 'epic' || expected === 'work_item' || expected === 'pipeline' || expected === 'job';
  return symbol === '#' && loose ? expected : (symbols[symbol] ?? 'issue');
}

function placeOf(path: string | undefined, kind: Kind, namespace: string | undefined): Place | undefined {
  if (!path) return {};
  if (kind === 'epic') {
    const group = groupPath(path);
    return group ? { group } : undefined;
  }
  const project = projectPath(path.includes('/') || !namespace ? path : `${namespace}/${path}`);
  return project ? { project } : undefined;
}

export function numberedReference(
  kind: Kind,
  place: Place | undefined,
  number: number | undefined,
): Reference | undefined {
  if (!place || number === undefined) return undefined;
  switch (kind) {
    case 'issue':
    case 'merge_request':
    case 'epic':
    case 'work_item':
    case 'milestone':
      return { kind, ...place, iid: number };
    case 'pipeline':
    case 'job':
    case 'snippet':
      return { kind, ...place, id: number };
    default:
      return undefined;
  }
}

function bareNumber(text: string, expected: Kind | undefined): Reference | undefined {
  const number = numberFrom(text);
  if (number === undefined || !expected) return undefined;
  if (expected === 'project') return { kind: 'project', project: String(number) };
  if (expected === 'group') return { kind: 'group', group: String(number) };
  return numberedReference(expected, {}, number);
}

function parseCommit(text: string, namespace: string | undefined): Reference | undefined {
  const { path, sha, to } = commit.exec(text)?.groups ?? {};
  const place = sha && placeOf(path, 'commit', namespace);
  if (!place || !sha) return undefined;
  return to ? { kind: 'compare', ...place, from: sha, to } : { kind: 'commit', ...place, sha };
}

function parsePath(text: string, expected: Kind | undefined): Reference | undefined {
  if (expected === 'group') {
    const group = groupPath(text);
    return group ? { kind: 'group', group } : undefined;
  }
  const project = projectPath(text);
  return project ? { kind: 'project', project } : undefined;
}
