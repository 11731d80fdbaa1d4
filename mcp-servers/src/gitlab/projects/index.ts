import type { Family } from '../toolkit/family.js';
import { getCommit, listCommits } from './commits.js';
import { compare, getCommitDiff } from './diffs.js';
import { getRepositoryFile } from './file.js';
import { listProjectItems } from './items.js';
import { getProject, listProjects } from './project.js';
import { listRepositoryTree } from './tree.js';
import { createBranch, createCommit } from './write.js';

export const family: Family = {
  instructions:
    'Projects: get_project, list_project_items (branches, tags, releases, labels, milestones, members), files as list_repository_tree and get_repository_file show them, commits and comparisons; create_commit changes files on a branch.',
  tools: [
    getProject,
    listProjects,
    listProjectItems,
    listCommits,
    getCommit,
    getCommitDiff,
    compare,
    listRepositoryTree,
    getRepositoryFile,
    createBranch,
    createCommit,
  ],
};
