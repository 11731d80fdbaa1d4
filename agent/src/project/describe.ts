// A project, or why there is none, on one line for a person.
import { oneLine } from '../render/text.js';
import type { Finding, Project } from './project.js';

export function describeFinding(finding: Finding): string {
  switch (finding.kind) {
    case 'found': {
      const { branch } = finding.project;
      return oneLine(`${place(finding.project)}, ${branch === null ? 'detached HEAD' : `branch ${branch}`}`, 300);
    }
    case 'ambiguous': {
      const names = finding.candidates.map((candidate) => `${candidate.remote} (${place(candidate)})`);
      return oneLine(`Which project is meant? Set GITLAB_PROJECT. The remotes differ: ${names.join(', ')}`, 600);
    }
    case 'none':
      return oneLine(`No GitLab project: ${finding.reason}`, 300);
  }
}

function place({ path, instance }: Project): string {
  return `${path} on ${instance.replace(/^https?:\/\//, '')}`;
}
