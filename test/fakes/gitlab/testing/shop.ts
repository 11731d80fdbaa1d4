// A project with a CI file, and a developer's requests to it.
import { type GitLab, type Project, startGitLab, type User } from '../index.js';
import { access } from '../world/types.js';

const CI_FILE = `stages: [build, test, deploy]
compile:
  stage: build
  script: make
  artifacts:
    paths: [out/]
unit:
  script:
    - make test
deploy:
  stage: deploy
  script: make deploy
  rules:
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
      when: manual
`;

export interface Shop {
  gitlab: GitLab;
  ada: User;
  project: Project;
  /** Of the project's API: `/pipelines`. Bodies are sent as JSON. */
  call(method: string, path: string, body?: unknown, token?: string): Promise<Answer>;
}

interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

export async function openShop(options: Parameters<typeof startGitLab>[0] = {}): Promise<Shop> {
  const gitlab = await startGitLab(options);
  const { world } = gitlab;
  const ada = world.addUser({ username: 'ada' });
  const project = world.addProject({
    path: 'acme/shop',
    files: { '.gitlab-ci.yml': CI_FILE, 'README.md': '# Shop\n' },
  });
  world.addMember(project, ada, access.maintainer);
  const own = world.addToken({ user: ada }).value;
  const call: Shop['call'] = async (method, path, body, token = own) => {
    const response = await fetch(`${gitlab.url}/api/v4/projects/acme%2Fshop${path}`, {
      method,
      headers: { 'PRIVATE-TOKEN': token, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
  };
  return { gitlab, ada, project, call };
}
