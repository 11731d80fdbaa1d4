import type { Snippet } from '../world/types.js';
import { pathOf, type World } from '../world/world.js';
import { userBasic } from './user.js';

export function snippetEntity(world: World, snippet: Snippet) {
  const { project, id } = snippet;
  const url = `${world.url}/${project ? `${pathOf(project)}/` : ''}-/snippets/${id}`;
  const [first = ''] = Object.keys(snippet.files);
  return {
    id,
    title: snippet.title,
    description: snippet.description,
    visibility: snippet.visibility,
    author: userBasic(world, snippet.author),
    created_at: snippet.createdAt,
    updated_at: snippet.updatedAt,
    project_id: project?.id ?? null,
    web_url: url,
    raw_url: `${url}/raw`,
    ssh_url_to_repo: null,
    http_url_to_repo: null,
    file_name: first,
    files: Object.keys(snippet.files).map((path) => ({ path, raw_url: `${url}/raw/main/${path}` })),
    imported: false,
    imported_from: 'none',
    repository_storage: 'default',
  };
}
