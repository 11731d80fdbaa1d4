import { describe, expect, test } from 'vitest';
import { ToolError } from '../../kit/index.js';
import { type Kind, parseReference, type Reference, referenceTo } from './index.js';

const instance = 'https://gitlab.example.com';
const shop = `${instance}/acme/shop`;
const project = 'acme/shop';

const drawer = (path: string) =>
  encodeURIComponent(Buffer.from(JSON.stringify({ iid: '12', full_path: path, id: 4711 })).toString('base64'));

function codeOf(run: () => unknown): string {
  try {
    return JSON.stringify(run());
  } catch (error) {
    if (error instanceof ToolError) return error.code;
    throw error;
  }
}

describe('addresses', () => {
  test.each<[string, Reference]>([
    [`${shop}/-/issues/12`, { kind: 'issue', project, iid: 12 }],
    [`${shop}/-/issues/12/`, { kind: 'issue', project, iid: 12 }],
    [`${shop}/issues/12`, { kind: 'issue', project, iid: 12 }],
    [`${shop}/-/issues/12?tab=x#top`, { kind: 'issue', project, iid: 12 }],
    [`${shop}/-/issues/12.json`, { kind: 'issue', project, iid: 12 }],
    [`${shop}/-/issues/12/designs/a.png`, { kind: 'issue', project, iid: 12 }],
    [`${shop}/-/issues/incident/12`, { kind: 'issue', project, iid: 12 }],
    [`${instance}/a/b/c/d/-/issues/12`, { kind: 'issue', project: 'a/b/c/d', iid: 12 }],
    [`${instance}/acme/issues/issues/5`, { kind: 'issue', project: 'acme/issues', iid: 5 }],
    [`${shop}/-/issues/12#note_5`, { kind: 'note', on: { kind: 'issue', project, iid: 12 }, noteId: 5 }],
    [`${shop}/-/work_items/12`, { kind: 'work_item', project, iid: 12 }],
    [`${instance}/groups/acme/-/work_items/5`, { kind: 'work_item', group: 'acme', iid: 5 }],
    [`${instance}/groups/acme/tools/-/epics/5`, { kind: 'epic', group: 'acme/tools', iid: 5 }],
    [
      `${instance}/groups/acme/-/epics/5#note_9`,
      { kind: 'note', on: { kind: 'epic', group: 'acme', iid: 5 }, noteId: 9 },
    ],
    [`${shop}/-/merge_requests/34`, { kind: 'merge_request', project, iid: 34 }],
    [`${shop}/merge_requests/34/diffs`, { kind: 'merge_request', project, iid: 34 }],
    [`${shop}/-/merge_requests/34.diff`, { kind: 'merge_request', project, iid: 34 }],
    [
      `${shop}/-/merge_requests/34/diffs?diff_id=77&start_sha=abc#a_1_2`,
      { kind: 'merge_request', project, iid: 34, version: 77 },
    ],
    [
      `${shop}/-/merge_requests/34/diffs#note_7`,
      { kind: 'note', on: { kind: 'merge_request', project, iid: 34 }, noteId: 7 },
    ],
    [`${shop}/-/pipelines/4711/test_report`, { kind: 'pipeline', project, id: 4711 }],
    [`${shop}/-/jobs/9007199254740991`, { kind: 'job', project, id: 9007199254740991 }],
    [`${shop}/-/jobs/8/raw`, { kind: 'job', project, id: 8 }],
    [`${shop}/-/jobs/8#L1024`, { kind: 'job', project, id: 8, lines: { first: 1024, last: 1024 } }],
    [`${shop}/builds/8`, { kind: 'job', project, id: 8 }],
    [`${shop}/-/snippets/7`, { kind: 'snippet', project, id: 7 }],
    [`${instance}/-/snippets/7`, { kind: 'snippet', id: 7 }],
    [`${instance}/snippets/7#note_3`, { kind: 'note', on: { kind: 'snippet', id: 7 }, noteId: 3 }],
    [`${shop}/-/milestones/3`, { kind: 'milestone', project, iid: 3 }],
    [`${instance}/groups/acme/-/milestones/3`, { kind: 'milestone', group: 'acme', iid: 3 }],
    [`${shop}/-/commit/9ba12248?view=parallel`, { kind: 'commit', project, sha: '9ba12248' }],
    [`${shop}/-/commit/9ba12248.patch`, { kind: 'commit', project, sha: '9ba12248' }],
    [`${shop}/-/commit/9ba12248#note_1`, { kind: 'note', on: { kind: 'commit', project, sha: '9ba12248' }, noteId: 1 }],
    [
      `${shop}/-/compare/main...feature/x?from_project_id=1`,
      { kind: 'compare', project, from: 'main', to: 'feature/x' },
    ],
    [
      `${shop}/-/blob/main/src/a%20b.ts?ref_type=heads#L10-20`,
      {
        kind: 'file',
        project,
        ref: 'main',
        path: 'src/a b.ts',
        refPath: 'main/src/a b.ts',
        lines: { first: 10, last: 20 },
      },
    ],
    [
      `${shop}/blame/main/a.ts#L7-L3`,
      { kind: 'file', project, ref: 'main', path: 'a.ts', refPath: 'main/a.ts', lines: { first: 7, last: 7 } },
    ],
    [
      `${shop}/-/raw/feature%2Fx/a.ts`,
      { kind: 'file', project, ref: 'feature/x', path: 'a.ts', refPath: 'feature/x/a.ts' },
    ],
    [
      `${shop}/-/blob/main/-/issues/1`,
      { kind: 'file', project, ref: 'main', path: '-/issues/1', refPath: 'main/-/issues/1' },
    ],
    [`${shop}/-/tree/main`, { kind: 'tree', project, ref: 'main', path: '', refPath: 'main' }],
    [`${shop}/tree/v1/src`, { kind: 'tree', project, ref: 'v1', path: 'src', refPath: 'v1/src' }],
    [`${shop}/-/tags/release/1.0`, { kind: 'tag', project, name: 'release/1.0' }],
    [`${shop}/-/releases/v1.0`, { kind: 'tag', project, name: 'v1.0' }],
    [`${shop}/-/issues/?state=opened&show=${drawer('acme/shop')}`, { kind: 'issue', project, iid: 12 }],
    [`${shop}/-/boards/2?show=${drawer('acme/shop')}`, { kind: 'issue', project, iid: 12 }],
    [`${instance}/groups/acme/-/boards/2?show=${drawer('acme/shop')}`, { kind: 'issue', project, iid: 12 }],
    [`${shop}/-/work_items?show=${drawer('acme/shop')}`, { kind: 'work_item', project, iid: 12 }],
    [`${instance}/groups/acme/-/work_items?show=${drawer('acme')}`, { kind: 'work_item', group: 'acme', iid: 12 }],
    [`${instance}/groups/acme/-/epics?show=${drawer('acme/tools')}`, { kind: 'epic', group: 'acme/tools', iid: 12 }],
    [`${shop}/-/issues?show=${drawer('../../evil')}`, { kind: 'project', project }],
    [`${shop}/-/issues?show=e30%3D`, { kind: 'project', project }],
    [`${shop}/-/issues?show=nonsense`, { kind: 'project', project }],
    [shop, { kind: 'project', project }],
    [`${shop}.git`, { kind: 'project', project }],
    [`${shop}/-/issues?state=opened`, { kind: 'project', project }],
    [`${shop}/-/merge_requests/new`, { kind: 'project', project }],
    [`${instance}/acme`, { kind: 'group', group: 'acme' }],
    [`${instance}/groups/acme/tools`, { kind: 'group', group: 'acme/tools' }],
    [`${instance}/groups/acme/-/issues`, { kind: 'group', group: 'acme' }],
    ['http://GitLab.example.com/acme/shop/-/issues/12', { kind: 'issue', project, iid: 12 }],
    ['gitlab.example.com/acme/shop/-/issues/12', { kind: 'issue', project, iid: 12 }],
    ['/acme/shop/-/issues/12', { kind: 'issue', project, iid: 12 }],
    [`<${shop}/-/issues/12>.`, { kind: 'issue', project, iid: 12 }],
    [`  (${shop}/-/issues/12), `, { kind: 'issue', project, iid: 12 }],
  ])('%s', (text, reference) => {
    expect(parseReference(text, { instance })).toEqual(reference);
  });

  test.each<[string, Reference]>([
    ['https://example.com/git/lab/acme/shop/-/issues/12', { kind: 'issue', project, iid: 12 }],
    ['https://example.com:443/git/lab/acme/shop/', { kind: 'project', project }],
    ['example.com/git/lab/groups/acme/-/epics/5', { kind: 'epic', group: 'acme', iid: 5 }],
  ])('under a path: %s', (text, reference) => {
    for (const base of ['https://example.com/git/lab', 'https://example.com/git/lab/']) {
      expect(parseReference(text, { instance: base })).toEqual(reference);
    }
  });

  test.each([
    'https://gitlab.com/acme/shop/-/issues/12',
    'https://gitlab.example.com:8443/acme/shop',
    'https://gitlab.example.com.evil.test/acme/shop',
    'https://gitlab.example.com@evil.test/acme/shop',
    'https://gitlab.example.com%2eevil.test/acme/shop',
  ])('on another instance: %s', (text) => {
    const run = () => parseReference(text, { instance });
    expect(codeOf(run)).toBe('other-instance');
    expect(run).toThrow(/gitlab\.example\.com/);
    expect(run).toThrow(new URL(text).host);
  });

  test('beside the path of the instance is another instance', () => {
    const run = () => parseReference('https://example.com/wiki/x', { instance: 'https://example.com/git' });
    expect(run).toThrow(
      'This address is on example.com, but outside of /git; this server is bound to example.com/git.',
    );
  });

  test('does not repeat what may be secret', () => {
    const run = () =>
      parseReference(`https://me:geheim@gitlab.example.com/acme/shop?private_token=geheim`, { instance });
    expect(run).toThrow(/holds a user name or password/);
    expect(run).not.toThrow(/geheim/);
  });
});

describe('short forms', () => {
  test.each<[string | number, Kind | undefined, Reference]>([
    ['acme/shop#12', undefined, { kind: 'issue', project, iid: 12 }],
    ['`acme/shop#12`', undefined, { kind: 'issue', project, iid: 12 }],
    ['a/b/c.d_e-f#12', undefined, { kind: 'issue', project: 'a/b/c.d_e-f', iid: 12 }],
    ['#12', undefined, { kind: 'issue', iid: 12 }],
    ['#12+s', undefined, { kind: 'issue', iid: 12 }],
    ['GL-12', undefined, { kind: 'issue', iid: 12 }],
    ['[issue:12]', undefined, { kind: 'issue', iid: 12 }],
    ['[issue:acme/shop/12]', undefined, { kind: 'issue', project, iid: 12 }],
    ['[work_item:acme/shop/12]+', undefined, { kind: 'work_item', project, iid: 12 }],
    ['[epic:acme/tools/5]', undefined, { kind: 'epic', group: 'acme/tools', iid: 5 }],
    ['acme/shop!34', undefined, { kind: 'merge_request', project, iid: 34 }],
    ['!34.', 'issue', { kind: 'merge_request', iid: 34 }],
    ['acme&5', undefined, { kind: 'epic', group: 'acme', iid: 5 }],
    ['acme/tools&5', undefined, { kind: 'epic', group: 'acme/tools', iid: 5 }],
    ['&5', undefined, { kind: 'epic', iid: 5 }],
    ['acme#5', 'epic', { kind: 'epic', group: 'acme', iid: 5 }],
    ['acme/shop$7', undefined, { kind: 'snippet', project, id: 7 }],
    ['$7', undefined, { kind: 'snippet', id: 7 }],
    ['/acme/shop%3', undefined, { kind: 'milestone', project, iid: 3 }],
    ['%3', undefined, { kind: 'milestone', iid: 3 }],
    ['#4711', 'pipeline', { kind: 'pipeline', id: 4711 }],
    ['acme/shop#4711', 'job', { kind: 'job', project, id: 4711 }],
    ['acme/shop@9ba12248', undefined, { kind: 'commit', project, sha: '9ba12248' }],
    ['9ba12248', undefined, { kind: 'commit', sha: '9ba12248' }],
    ['12345678', 'commit', { kind: 'commit', sha: '12345678' }],
    ['acme/shop@9ba12248...b19a04f5', undefined, { kind: 'compare', project, from: '9ba12248', to: 'b19a04f5' }],
    ['acme/shop', undefined, { kind: 'project', project }],
    ['acme/tools', 'group', { kind: 'group', group: 'acme/tools' }],
    ['acme', 'group', { kind: 'group', group: 'acme' }],
    [12, 'issue', { kind: 'issue', iid: 12 }],
    [' 12 ', 'merge_request', { kind: 'merge_request', iid: 12 }],
    [4711, 'job', { kind: 'job', id: 4711 }],
    ['42', 'project', { kind: 'project', project: '42' }],
    ['42', 'group', { kind: 'group', group: '42' }],
  ])('%s where %s is expected', (text, expected, reference) => {
    expect(parseReference(text, { instance, expected })).toEqual(reference);
  });

  test('a project alone is completed with the namespace', () => {
    expect(parseReference('shop#12', { instance, namespace: 'acme' })).toEqual({ kind: 'issue', project, iid: 12 });
    expect(codeOf(() => parseReference('shop#12', { instance }))).toBe('bad-reference');
  });
});

describe('what is asked for', () => {
  test.each<[Kind, string, Reference]>([
    ['issue', `${shop}/-/issues/12#note_5`, { kind: 'issue', project, iid: 12 }],
    ['issue', `${shop}/-/work_items/12`, { kind: 'issue', project, iid: 12 }],
    ['work_item', `${shop}/-/issues/12`, { kind: 'work_item', project, iid: 12 }],
    ['work_item', 'acme&5', { kind: 'work_item', group: 'acme', iid: 5 }],
    ['epic', `${instance}/groups/acme/-/work_items/5`, { kind: 'epic', group: 'acme', iid: 5 }],
    ['project', `${shop}/-/issues/12#note_5`, { kind: 'project', project }],
    ['group', `${instance}/acme/tools`, { kind: 'group', group: 'acme/tools' }],
    ['note', `${shop}/-/issues/12#note_5`, { kind: 'note', on: { kind: 'issue', project, iid: 12 }, noteId: 5 }],
  ])('a %s from %s', (kind, text, reference) => {
    expect(referenceTo(kind, text, { instance })).toEqual(reference);
  });

  test.each<[Kind, string]>([
    ['issue', '!34'],
    ['issue', `${instance}/groups/acme/-/work_items/5`],
    ['epic', `${shop}/-/work_items/5`],
    ['merge_request', `${shop}/-/issues/12#note_5`],
    ['note', `${shop}/-/issues/12`],
  ])('no %s from %s', (kind, text) => {
    expect(codeOf(() => referenceTo(kind, text, { instance }))).toBe('wrong-kind');
  });

  test('says what works', () => {
    expect(() => referenceTo('issue', '!34', { instance })).toThrow(
      '"!34" is a merge request, but an issue is needed here.',
    );
  });
});

describe('what is refused', () => {
  test.each([
    '',
    'hello',
    '12',
    '#0',
    '#12345678901234567890',
    'acme/shop#12#13',
    'acme/../shop#12',
    './shop#12',
    '../..#12',
    '-acme/shop#12',
    'acme/-/shop#12',
    'acme//shop#12',
    'acme/shop.git#12',
    'acme/shop.atom!1',
    'acme/shop?x#12',
    'acme%2Fshop#12',
    'acme/shöp#12',
    'acme/sh\u200Bop#12',
    'acme\\shop#12',
    'acme/shop\0#12',
    'acme/shop #12',
    'api/v4#12',
    `${'a/'.repeat(30)}b#12`,
    `acme/${'a'.repeat(300)}#12`,
    'a'.repeat(5000),
    instance,
    `${instance}/`,
    `${instance}/groups`,
    `${instance}/groups/-/x`,
    `${instance}/-/pipelines/5`,
    `${instance}/-/profile`,
    `${instance}/admin/users`,
    `${instance}/api/v4/projects/42/issues/1`,
    `${instance}/acme/../evil/shop/-/issues/1`,
    `${instance}/acme/%2e%2E/evil/shop/-/issues/1`,
    `${instance}/acme/.%2e/shop`,
    `${instance}/acme/%252e%252e/shop`,
    `${instance}/acme%2F..%2Fevil/shop/-/issues/1`,
    `${instance}/acme/shop%00/-/issues/1`,
    `${instance}/acme/shop%/-/issues/1`,
    `${instance}/acme/sh op/-/issues/1`,
    `${instance}/acme/shop/-/blob/main/%2e%2e/%2e%2e/etc`,
    `${instance}/acme/shop/-/blob/main/a%0Ab`,
    `${instance}/acme/shop/-/blob/main/..%2F..%2Fetc%5Cpasswd`,
    'https://user@gitlab.example.com/acme/shop',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'ssh://git@gitlab.example.com/acme/shop',
    '//evil.test/acme/shop',
  ])('%j', (text) => {
    expect(codeOf(() => parseReference(text, { instance }))).toBe('bad-reference');
  });

  test('with examples of what works', () => {
    try {
      parseReference('shop 12', { instance, expected: 'issue' });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        code: 'bad-reference',
        message: '"shop 12" holds spaces, backslashes or invisible characters.',
        remedy: 'Give an address on gitlab.example.com, or: acme/shop#12, #12, 12.',
      });
    }
  });
});

test('no mixture of pieces yields a path that GitLab does not know, or throws anything but a ToolError', () => {
  const pieces = [
    instance,
    'https://',
    'gitlab.example.com',
    'evil.test',
    '/',
    '/',
    '/-/',
    '//',
    '..',
    '.',
    '%2e',
    '%2f',
    '%',
    '%00',
    '%5c',
    '\\',
    '?',
    '#',
    '!',
    '&',
    '@',
    '$',
    ':',
    '[issue:',
    ']',
    'acme',
    'shop',
    'shop.git',
    '-x',
    'groups',
    'issues',
    'blob',
    'work_items',
    'epics',
    'snippets',
    '12',
    '#L1',
    '#note_5',
    ' ',
    '\n',
    '\u202E',
    'ü',
    'deadbeef',
    '...',
  ];
  const kinds: (Kind | undefined)[] = [undefined, 'issue', 'epic', 'project', 'group', 'commit', 'file'];
  let seed = 7;
  const pick = <T>(from: readonly T[]): T => {
    seed = (seed * 48271) % 2147483647;
    return from[seed % from.length] as T;
  };
  let parsed = 0;
  for (let round = 0; round < 60_000; round++) {
    const text = Array.from({ length: 1 + (round % 9) }, () => pick(pieces)).join('');
    let found: Reference;
    try {
      found = parseReference(text, { instance, expected: pick(kinds) });
    } catch (error) {
      expect(error).toBeInstanceOf(ToolError);
      continue;
    }
    parsed++;
    for (const path of pathsIn(found))
      expect(path).toMatch(/^(?:[A-Za-z0-9_.][A-Za-z0-9_.-]*\/)*[A-Za-z0-9_.][A-Za-z0-9_.-]*$/);
    for (const segment of pathsIn(found).flatMap((path) => path.split('/')))
      expect(segment).not.toMatch(/^\.+$|\.git$|\.atom$/);
  }
  expect(parsed).toBeGreaterThan(500);
});

function pathsIn(found: Reference): string[] {
  const { project, group } = { project: undefined, group: undefined, ...found };
  return [...(found.kind === 'note' ? pathsIn(found.on) : []), project, group].filter((path) => path !== undefined);
}
