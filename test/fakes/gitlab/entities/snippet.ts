import { pathOf } from '../world/places.js';
import type { Snippet } from '../world/types.js';
import type { World } from '../world/world.js';
import { userBasic } from './user.js';

function snippetUrl(world: World, { id, project }: Snippet): string {
  return `${world.url}/${project ? `${pathOf(project)}/` : ''}-/snippets/${id}`;
}

/** `Snippet`, and of a project `ProjectSnippet`. */
export function snippetEntity(world: World, snippet: Snippet) {
  const { project, files } = snippet;
  const url = snippetUrl(world, snippet);
  const repository = `${project ? `${pathOf(project)}/` : ''}snippets/${snippet.id}.git`;
  return {
    id: snippet.id,
    title: snippet.title,
    description: snippet.description,
    visibility: snippet.visibility,
    author: userBasic(world, snippet.author),
    created_at: snippet.createdAt,
    updated_at: snippet.updatedAt,
    project_id: project?.id ?? null,
    web_url: url,
    raw_url: `${url}/raw`,
    ssh_url_to_repo: `git@${new URL(world.url).hostname}:${repository}`,
    http_url_to_repo: `${world.url}/${repository}`,
    file_name: Object.keys(files)[0] ?? '',
    files: Object.keys(files).map((path) => ({ path, raw_url: `${url}/raw/main/${path}` })),
    imported: false,
    imported_from: 'none',
  };
}
