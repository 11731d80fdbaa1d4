// Snippets of projects and of users, to read: /projects/:id/snippets and /snippets.
import { snippetEntity } from '../entities/snippet.js';
import type { Context } from '../http/context.js';
import { notFound, raw } from '../http/reply.js';
import { type Route, route } from '../http/route.js';
import { levelOf, maySee } from '../world/access.js';
import { access, type Project, type Snippet, type User } from '../world/types.js';
import type { World } from '../world/world.js';

export const snippets: Route[] = [
  route('GET', '/projects/:id/snippets', {}, (context) => {
    const project = context.project();
    return list(context, (snippet) => snippet.project === project);
  }),

  route('GET', '/projects/:id/snippets/:snippet_id', {}, (context) =>
    snippetEntity(context.world, find(context, context.project())),
  ),

  route('GET', '/projects/:id/snippets/:snippet_id/raw', {}, (context) => content(find(context, context.project()))),

  route('GET', '/projects/:id/snippets/:snippet_id/files/:ref/:file_path/raw', {}, (context) =>
    content(find(context, context.project()), context.path['file_path']),
  ),

  route('GET', '/snippets', { authenticated: true }, (context) =>
    list(context, (snippet) => snippet.author === context.user),
  ),

  route('GET', '/snippets/public', { authenticated: true }, (context) =>
    list(context, ({ project, visibility }) => !project && visibility === 'public'),
  ),

  route('GET', '/snippets/:snippet_id', {}, (context) => snippetEntity(context.world, find(context))),

  route('GET', '/snippets/:snippet_id/raw', {}, (context) => content(find(context))),

  route('GET', '/snippets/:snippet_id/files/:ref/:file_path/raw', {}, (context) =>
    content(find(context), context.path['file_path']),
  ),
];

/** Newest first. */
function list<P>(context: Context<P>, wanted: (snippet: Snippet) => boolean) {
  const { world, user } = context;
  const found = world.snippets.filter((snippet) => wanted(snippet) && maySeeSnippet(world, user, snippet)).reverse();
  return context.paginate(found, (snippet) => snippetEntity(world, snippet));
}

/** The snippet `:snippet_id` of the project, or of a user. Throws a 404. */
function find<P>(context: Context<P>, project?: Project): Snippet {
  const { world, user } = context;
  const id = context.id('snippet_id');
  const snippet = world.snippets.find((one) => one.id === id && one.project === project);
  if (!snippet || !maySeeSnippet(world, user, snippet)) throw notFound('Snippet');
  return snippet;
}

/** One file, by default the first. */
function content({ files }: Snippet, path = Object.keys(files)[0] ?? '') {
  const text = files[path];
  if (text === undefined) throw notFound('File');
  return raw(text, 'text/plain; charset=utf-8');
}

function maySeeSnippet(world: World, user: User | undefined, { project, visibility, author }: Snippet): boolean {
  if (project && (!project.snippetsEnabled || !maySee(world, user, project))) return false;
  if (visibility === 'public' || (visibility === 'internal' && user !== undefined)) return true;
  if (author === user || user?.admin) return true;
  return project !== undefined && levelOf(world, user, project) >= access.guest;
}
