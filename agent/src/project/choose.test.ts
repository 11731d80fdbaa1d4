import { describe, expect, test } from 'vitest';
import { chooseProject } from './choose.js';
import { describeFinding } from './describe.js';
import { parseRemoteUrl } from './remote-url.js';
import { type GitLabSettings, readGitLabSettings } from './settings.js';

/** What a user reads about remotes given as "NAME URL". */
function choose(remotes: readonly string[], env: NodeJS.ProcessEnv = {}, tracked?: string): string {
  const parsed = remotes.flatMap((line) => {
    const [name = '', text = ''] = line.split(' ');
    const url = parseRemoteUrl(text);
    return url ? [{ ...url, name, resolved: url.host }] : [];
  });
  return describeFinding(chooseProject({ remotes: parsed, branch: 'main', tracked }, readGitLabSettings(env)));
}

describe('of several remotes', () => {
  const fork = ['upstream https://lab.example/team/shop.git', 'mine git@lab.example:ada/shop.git'];

  test('the one the branch tracks is meant', () => {
    expect(choose([...fork, 'origin https://lab.example/o/shop'], {}, 'mine')).toBe(
      'ada/shop on lab.example, branch main',
    );
  });

  test('else origin', () => {
    expect(choose([...fork, 'origin https://lab.example/o/shop'])).toBe('o/shop on lab.example, branch main');
    expect(choose([...fork, 'origin https://lab.example/o/shop'], {}, 'gone')).toBe(
      'o/shop on lab.example, branch main',
    );
  });

  test('else none: the user is asked, with the names', () => {
    expect(choose(fork)).toBe(
      'Which project is meant? Set GITLAB_PROJECT. ' +
        'The remotes differ: upstream (team/shop on lab.example), mine (ada/shop on lab.example)',
    );
  });

  test('those that name the same project agree', () => {
    expect(choose(['a https://LAB.example/Team/Shop.git', 'b git@lab.example:team/shop'])).toBe(
      'Team/Shop on lab.example, branch main',
    );
  });

  test('the user names one', () => {
    expect(choose(fork, { GITLAB_PROJECT: 'ada/shop' })).toBe('ada/shop on lab.example, branch main');
    expect(choose(fork, { GITLAB_PROJECT: 'Ada%2FShop' })).toBe('ada/shop on lab.example, branch main');
  });

  test('the server the user names narrows them down, before what the branch tracks', () => {
    const remotes = ['origin https://github.com/team/shop', 'lab git@lab.example:team/shop.git'];
    expect(choose(remotes, { GITLAB_URL: 'https://lab.example' }, 'origin')).toBe(
      'team/shop on lab.example, branch main',
    );
  });
});

describe('GITLAB_URL', () => {
  test.each([
    ['https://example.com/gitlab', 'https://example.com/gitlab/team/shop.git', 'team/shop on example.com/gitlab'],
    ['https://example.com/gitlab/', 'git@example.com:team/shop.git', 'team/shop on example.com/gitlab'],
    ['https://example.com/gitlab', 'ssh://git@example.com:2222/team/shop.git', 'team/shop on example.com/gitlab'],
    ['https://Example.com:443', 'https://example.com/team/shop', 'team/shop on example.com'],
    ['https://example.com:8443', 'git@Example.com:team/shop', 'team/shop on example.com:8443'],
    ['http://user:secret@[::1]:80/', 'git@[::1]:team/shop', 'team/shop on [::1]'],
  ])('%s is the server of %s', (url, remote, expected) => {
    expect(choose([`origin ${remote}`], { GITLAB_URL: url })).toBe(`${expected}, branch main`);
  });

  test.each([
    ['https://example.com/gitlab', 'https://example.com/other/team/shop'],
    ['https://example.com/gitlab', 'https://example.com/gitlab/shop'],
    ['https://example.com', 'https://example.com:8443/team/shop'],
    ['https://example.com', 'git@example.org:team/shop'],
  ])('%s is not the server of %s', (url, remote) => {
    expect(choose([`origin ${remote}`], { GITLAB_URL: url })).toBe(
      `No GitLab project: No Git remote here is on ${url}; GITLAB_PROJECT can name the project.`,
    );
  });

  test('with GITLAB_PROJECT needs no remote', () => {
    expect(choose([], { GITLAB_URL: 'https://lab.example', GITLAB_PROJECT: '42' })).toBe(
      '42 on lab.example, branch main',
    );
  });
});

test('a project that no remote names is on no server that the repository chooses', () => {
  expect(choose(['origin https://evil.example/a/b'], { GITLAB_PROJECT: 'team/shop' })).toBe(
    'No GitLab project: No Git remote here names team/shop, so set GITLAB_URL besides GITLAB_PROJECT.',
  );
});

test.each<[NodeJS.ProcessEnv, string]>([
  [{ GITLAB_URL: 'lab.example' }, 'GITLAB_URL is not a web address.'],
  [{ GITLAB_URL: 'file:///secret' }, 'GITLAB_URL is not a web address.'],
  [{ GITLAB_PROJECT: 'shop' }, 'GITLAB_PROJECT is "shop", which is not the path of a project.'],
])('%o is refused', (env, message) => {
  expect(() => readGitLabSettings(env)).toThrow(expect.objectContaining({ code: 'usage', message }));
});

test('what is set to nothing is not set', () => {
  expect(readGitLabSettings({ GITLAB_URL: '', GITLAB_PROJECT: '' })).toEqual<GitLabSettings>({});
});
