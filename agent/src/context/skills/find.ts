// The skills of the user and of the repository.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workspace } from '../workspace/index.js';
import { parseSkill, type Skill } from './skill.js';

export interface FoundSkill extends Skill {
  from: 'user' | 'repository';
  /** Where it stands: absolute for the user's, relative to the workspace's root for the repository's. */
  path: string;
}

const most = 50;
const repositoryFolder = '.cofferdam/skills';

/** By name; the user's outrank the repository's. What is no skill is told to `onProblem` and left out. */
export async function findSkills(
  home: string,
  workspace: Workspace,
  onProblem: (text: string) => void,
): Promise<FoundSkill[]> {
  const leftOut = (path: string, error: unknown) =>
    onProblem(`The skill ${JSON.stringify(path)} is left out: ${(error as Error).message}.`);
  const found = await Promise.all([userSkills(home, leftOut), repositorySkills(workspace)]);
  const skills = new Map<string, FoundSkill>();
  for (const { from, path, folder, text } of found.flat()) {
    try {
      const skill = { ...parseSkill(text, folder), from, path };
      if (!skills.has(skill.name)) skills.set(skill.name, skill);
    } catch (error) {
      leftOut(path, error);
    }
  }
  return [...skills.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

interface SkillText {
  from: FoundSkill['from'];
  path: string;
  folder: string;
  text: string;
}

async function userSkills(home: string, leftOut: (path: string, error: unknown) => void): Promise<SkillText[]> {
  const top = join(home, 'skills');
  const orNothing = (path: string) => (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') leftOut(path, error);
    return undefined;
  };
  const entries = (await readdir(top, { withFileTypes: true }).catch(orNothing(top))) ?? [];
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const texts = folders
    .sort()
    .slice(0, most)
    .map(async (folder) => {
      const path = join(top, folder, 'SKILL.md');
      const text = await readFile(path, 'utf8').catch(orNothing(path));
      return text === undefined ? [] : [{ from: 'user' as const, path, folder, text }];
    });
  return (await Promise.all(texts)).flat();
}

async function repositorySkills(workspace: Workspace): Promise<SkillText[]> {
  const folders = (await workspace.list(repositoryFolder)).filter((name) => name.endsWith('/'));
  const texts = folders.slice(0, most).map(async (name) => {
    const folder = name.slice(0, -1);
    const path = `${repositoryFolder}/${folder}/SKILL.md`;
    const text = await workspace.read(path);
    return text === null ? [] : [{ from: 'repository' as const, path, folder, text }];
  });
  return (await Promise.all(texts)).flat();
}
