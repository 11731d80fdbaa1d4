// What is in an epic: its issues and its child epics.
import * as z from 'zod';
import { epicEntity, linkedEpic } from '../../entities/epic.js';
import { issueEntity } from '../../entities/issue.js';
import { p } from '../../http/params.js';
import { invalid, notFound, renderError } from '../../http/reply.js';
import { type Route, route } from '../../http/route.js';
import { changeEpic, parentFault, titleFault } from '../../services/epics.js';
import { maySeeEpic, maySeeIssue } from '../../world/access.js';
import { ancestors } from '../../world/places.js';
import type { Issue } from '../../world/types.js';
import { authorizeChange, findEpic, reading, writing } from './find.js';

export const contents: Route[] = [
  route('GET', '/groups/:id/epics/:epic_iid/issues', reading, (context) => {
    const { world, user } = context;
    const epic = findEpic(context);
    const issues = world.issues.filter((issue) => issue.epic === epic && maySeeIssue(world, user, issue));
    return context.paginate(issues, (issue) => ({
      ...issueEntity(world, issue, { group: epic.group }),
      epic_issue_id: epicIssueId(issue),
      relative_position: null,
    }));
  }),

  route('POST', '/groups/:id/epics/:epic_iid/issues/:issue_id', writing, (context) => {
    const { world, user } = context;
    const epic = findEpic(context);
    authorizeChange(context, epic.group);
    const id = context.id('issue_id');
    const issue = world.issues.find((one) => one.id === id);
    if (!issue || !maySeeIssue(world, user, issue)) throw notFound('Issue');
    if (!ancestors(issue.project).includes(epic.group))
      throw renderError(404, 'No matching issue found. Make sure that you are adding a valid issue URL.');
    issue.epic = epic;
    return {
      id: epicIssueId(issue),
      epic: epicEntity(world, epic),
      issue: issueEntity(world, issue),
      relative_position: null,
    };
  }),

  route('GET', '/groups/:id/epics/:epic_iid/epics', reading, (context) => {
    const { world, user } = context;
    const epic = findEpic(context);
    return world.epics
      .filter((one) => one.parent === epic && maySeeEpic(world, user, one))
      .map((one) => epicEntity(world, one, { group: epic.group }));
  }),

  route(
    'POST',
    '/groups/:id/epics/:epic_iid/epics',
    { ...writing, params: z.object({ title: p.string(), confidential: p.boolean().optional() }) },
    (context) => {
      const { world, params, currentUser: author } = context;
      const parent = findEpic(context);
      authorizeChange(context, parent.group);
      const title = titleFault(params.title);
      if (title) throw invalid({ title: [title] });
      const depth = parentFault(undefined, parent);
      if (depth) throw invalid({ parent: [depth] });
      const confidential = params.confidential ?? parent.confidential;
      return linkedEpic(
        world,
        world.addEpic({ group: parent.group, author, title: params.title, parent, confidential }),
      );
    },
  ),

  route('POST', '/groups/:id/epics/:epic_iid/epics/:child_epic_id', writing, (context) => {
    const { world, user } = context;
    const parent = findEpic(context);
    authorizeChange(context, parent.group);
    const id = context.id('child_epic_id');
    const child = world.epics.find((one) => one.id === id);
    if (!child || !maySeeEpic(world, user, child)) throw notFound('Epic');
    authorizeChange(context, child.group);
    changeEpic(world, child, { parent });
    return epicEntity(world, child);
  }),
];

/** Of the relation, which has an id of its own. */
const epicIssueId = ({ id }: Issue): number => id + 1_000_000;
