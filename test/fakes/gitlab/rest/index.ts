// Every route of the REST API, one line a family.
import type { Route } from '../http/route.js';
import { account } from './account.js';
import { ci } from './ci/index.js';
import { epics } from './epics/index.js';
import { groups } from './groups.js';
import { issues } from './issues/index.js';
import { labels } from './labels.js';
import { members } from './members.js';
import { mergeRequests } from './merge-requests/index.js';
import { milestones } from './milestones.js';
import { notes } from './notes/index.js';
import { oauth } from './oauth.js';
import { projects } from './projects.js';
import { releases } from './releases.js';
import { repository } from './repository/index.js';
import { search } from './search/index.js';
import { snippets } from './snippets.js';
import { usageData } from './usage-data.js';
import { users } from './users.js';

export const rest: readonly Route[] = [
  ...account,
  ...ci,
  ...oauth,
  ...epics,
  ...groups,
  ...issues,
  ...labels,
  ...members,
  ...mergeRequests,
  ...milestones,
  ...notes,
  ...projects,
  ...releases,
  ...repository,
  ...search,
  ...snippets,
  ...usageData,
  ...users,
];
