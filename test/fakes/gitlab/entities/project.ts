import { levelOf, mayReadCode } from '../world/access.js';
import { pathOf } from '../world/places.js';
import { access, type Project, type User } from '../world/types.js';
import type { World } from '../world/world.js';
import { fullName, namespaceBasic } from './namespace.js';
import { userBasic } from './user.js';

/** `ProjectIdentity`: what is said of a project in passing. */
function projectIdentity(project: Project) {
  return {
    id: project.id,
    description: project.description,
    name: project.name,
    name_with_namespace: `${fullName(project.namespace)} / ${project.name}`,
    path: project.path,
    path_with_namespace: pathOf(project),
    created_at: project.createdAt,
  };
}

/** `BasicProjectDetails`: for `simple=true`, for anonymous requests, and in search results. */
export function basicProject(world: World, project: Project, user: User | undefined) {
  const readable = mayReadCode(world, user, project);
  const url = `${world.url}/${pathOf(project)}`;
  const { repository, defaultBranch } = project;
  const readme = readable && repository?.read(`refs/heads/${defaultBranch}`, 'README.md');
  return {
    ...projectIdentity(project),
    ...(readable && { default_branch: defaultBranch }),
    tag_list: [...project.topics].sort(),
    topics: [...project.topics].sort(),
    ssh_url_to_repo: `git@${new URL(world.url).hostname}:${pathOf(project)}.git`,
    http_url_to_repo: `${url}.git`,
    web_url: url,
    ...(readable && {
      readme_url: readme ? `${url}/-/blob/${defaultBranch}/README.md` : null,
      forks_count: world.projects.filter(({ forkedFrom }) => forkedFrom === project).length,
    }),
    avatar_url: null,
    star_count: project.starCount,
    last_activity_at: project.lastActivityAt,
    visibility: project.visibility,
    namespace: namespaceBasic(world, project.namespace),
  };
}

/** `ProjectWithAccess`: the whole of a project, for a signed-in user. */
export function projectEntity(world: World, project: Project, user: User | undefined) {
  const api = `${world.url}/api/v4/projects/${project.id}`;
  const { namespace, forkedFrom } = project;
  const level = levelOf(world, user, project);
  const enabled = (feature: boolean) => (feature ? 'enabled' : 'disabled');
  return {
    ...basicProject(world, project, user),
    _links: {
      self: api,
      ...(project.issuesEnabled && { issues: `${api}/issues` }),
      ...(project.mergeRequestsEnabled && { merge_requests: `${api}/merge_requests` }),
      repo_branches: `${api}/repository/branches`,
      labels: `${api}/labels`,
      events: `${api}/events`,
      members: `${api}/members`,
      cluster_agents: `${api}/cluster_agents`,
    },
    packages_enabled: true,
    empty_repo: project.repository === undefined,
    archived: project.archived,
    ...(namespace.kind === 'user' && { owner: userBasic(world, namespace) }),
    resolve_outdated_diff_discussions: false,
    repository_object_format: 'sha1',
    issues_enabled: project.issuesEnabled,
    merge_requests_enabled: project.mergeRequestsEnabled,
    wiki_enabled: project.wikiEnabled,
    jobs_enabled: project.jobsEnabled,
    snippets_enabled: project.snippetsEnabled,
    container_registry_enabled: true,
    service_desk_enabled: false,
    can_create_merge_request_in: level >= access.developer,
    issues_access_level: enabled(project.issuesEnabled),
    repository_access_level: 'enabled',
    merge_requests_access_level: enabled(project.mergeRequestsEnabled),
    forking_access_level: 'enabled',
    wiki_access_level: enabled(project.wikiEnabled),
    builds_access_level: enabled(project.jobsEnabled),
    snippets_access_level: enabled(project.snippetsEnabled),
    releases_access_level: 'enabled',
    environments_access_level: 'enabled',
    emails_disabled: false,
    emails_enabled: true,
    shared_runners_enabled: true,
    lfs_enabled: true,
    creator_id: project.creator?.id ?? 1,
    ...(forkedFrom && { mr_default_target_self: false, forked_from_project: basicProject(world, forkedFrom, user) }),
    import_status: 'none',
    open_issues_count: world.issues.filter((issue) => issue.project === project && issue.state === 'opened').length,
    description_html: project.description ?? '',
    updated_at: project.lastActivityAt,
    ...(mayReadCode(world, user, project) && { ci_config_path: '' }),
    public_jobs: true,
    shared_with_groups: [],
    only_allow_merge_if_pipeline_succeeds: project.mergeNeedsPipeline,
    allow_merge_on_skipped_pipeline: null,
    request_access_enabled: true,
    only_allow_merge_if_all_discussions_are_resolved: project.mergeNeedsResolvedThreads,
    remove_source_branch_after_merge: true,
    printing_merge_request_link_enabled: true,
    merge_method: project.mergeMethod,
    squash_option: 'default_off',
    enforce_auth_checks_on_uploads: true,
    suggestion_commit_message: null,
    merge_commit_template: null,
    squash_commit_template: null,
    issue_branch_template: null,
    warn_about_potentially_unwanted_characters: true,
    autoclose_referenced_issues: true,
    ...(user && { permissions: permissions(world, project, user) }),
  };
}

function permissions(world: World, project: Project, user: User) {
  const own = world.members.find((member) => member.user === user && member.source === project);
  const inherited = namespaceLevel(world, project, user);
  const granted = (accessLevel: number) => ({ access_level: accessLevel, notification_level: 3 });
  return {
    project_access: own ? granted(own.accessLevel) : null,
    group_access: inherited > 0 ? granted(inherited) : null,
  };
}

function namespaceLevel(world: World, { namespace }: Project, user: User): number {
  if (namespace.kind === 'user') return namespace === user ? access.owner : access.none;
  return user.admin ? access.none : levelOf(world, user, namespace);
}
