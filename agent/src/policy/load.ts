// Where the policy's files are.
import { lstat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { defaultModel } from '../model/index.js';
import { type Layer, parsePolicy } from './document.js';
import { policyError } from './errors.js';
import { Policy } from './policy.js';
import { readPolicyFile, readRepositoryPolicy } from './read-file.js';

export interface PolicyPlaces {
  /** COFFERDAM_HOME. */
  home: string;
  /** The folder that the user opened. */
  workspace: string;
  env: NodeJS.ProcessEnv;
}

/**
 * Reads the organisation's, the user's and the repository's file. One that is not there says nothing. Throws AgentError
 * `policy` for one that cannot be read or understood, naming file and line: nothing starts on half a policy.
 */
export async function loadPolicy(places: PolicyPlaces): Promise<Policy> {
  const root = await repositoryRoot(places.workspace);
  const layers = await Promise.all([
    ...organisationFiles(places.env).map(({ file, required }) => organisationLayer(file, required)),
    layerOf('user', userPolicyFile(places.home), readPolicyFile(userPolicyFile(places.home))),
    layerOf('repository', join(root, '.cofferdam', 'policy.yaml'), readRepositoryPolicy(root)),
  ]);
  return new Policy(layers.flat(), { defaultModel, reload: () => loadPolicy(places) });
}

export function userPolicyFile(home: string): string {
  return join(home, 'policy.yaml');
}

/** Both count: whoever sets the variable cannot do away with the machine's. */
function organisationFiles(env: NodeJS.ProcessEnv): { file: string; required: boolean }[] {
  const named = env['COFFERDAM_ORGANISATION_POLICY'];
  const machine =
    process.platform === 'win32'
      ? join(env['ProgramData'] ?? 'C:\\ProgramData', 'cofferdam', 'policy.yaml')
      : '/etc/cofferdam/policy.yaml';
  return [{ file: machine, required: false }, ...(named ? [{ file: resolve(named), required: true }] : [])];
}

async function organisationLayer(file: string, required: boolean): Promise<Layer[]> {
  const found = await layerOf('organisation', file, readPolicyFile(file));
  if (found.length === 0 && required) {
    throw policyError(
      file,
      'COFFERDAM_ORGANISATION_POLICY names it, and it is not there.',
      'Put it there, or unset the variable.',
    );
  }
  return found;
}

async function layerOf(layer: Layer['layer'], file: string, reading: Promise<string | undefined>): Promise<Layer[]> {
  const text = await reading;
  return text === undefined ? [] : [parsePolicy(text, file, layer)];
}

/** The folder above with `.git` in it, else the folder itself. */
async function repositoryRoot(workspace: string): Promise<string> {
  const start = resolve(workspace);
  for (let folder = start; ; folder = dirname(folder)) {
    if (await lstat(join(folder, '.git')).catch(() => undefined)) return folder;
    if (folder === dirname(folder)) return start;
  }
}
