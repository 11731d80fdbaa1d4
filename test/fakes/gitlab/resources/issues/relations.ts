// What belongs to an issue: merge requests and people.
import { userBasic } from '../../entities/user.js';
import { type Route, route } from '../../http/route.js';
import { findIssue } from '../../issuables/find.js';
import { participants } from '../../issuables/participants.js';

const scopes = ['ai_workflows'];

export const relations: Route[] = [
  route('GET', '/projects/:id/issues/:issue_iid/participants', { scopes }, (context) => {
    const { world } = context;
    return context.paginate(participants(world, findIssue(context)), (user) => userBasic(world, user));
  }),
];
