// A project with a CI file, and its maintainer's requests to it.
import type { GitLabOptions } from '../gitlab.js';
import { type Answer, request, startWorkplace, type Workplace } from './workplace.js';

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

export interface CiWorkplace extends Workplace {
  /** Of the project's API: `/pipelines`. Bodies are sent as JSON. */
  call(method: string, path: string, body?: object, token?: string): Promise<Answer>;
}

export async function startCiWorkplace(options: GitLabOptions = {}): Promise<CiWorkplace> {
  const at = await startWorkplace(options, { '.gitlab-ci.yml': CI_FILE, 'README.md': '# Shop\n' });
  const own = at.gitlab.world.addToken({ user: at.ada }).value;
  const call: CiWorkplace['call'] = (method, path, body, token = own) =>
    request(at.gitlab, token, method, `/projects/acme%2Fshop${path}`, body);
  return { ...at, call };
}
