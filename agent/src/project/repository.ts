// What Git says about a checkout. Only its configuration and HEAD are read: no hook, filter, monitor or transport of the
// repository has a part in that.
import { type AskOptions, ask } from './ask.js';
import { parseRemoteUrl, type RemoteUrl, type Rewrite, rewriteUrl } from './remote-url.js';

interface Repository {
  /** Those that name a project on a server. */
  remotes: (RemoteUrl & { name: string })[];
  branch: string | null;
  tracked: string | undefined;
}

/** Nothing at all where Git is missing, or finds no repository that it can read. */
export async function readRepository(options: AskOptions): Promise<Repository> {
  // Folders of other owners are read as well: nothing in them is believed either way.
  const git = (...args: string[]) => ask('git', ['-c', 'safe.directory=*', ...args], options);
  const [head, config] = await Promise.all([
    git('symbolic-ref', '--quiet', 'HEAD'),
    git('config', '-z', '--get-regexp', '^(remote\\..*\\.url|branch\\..*\\.remote|url\\..*\\.insteadof)$'),
  ]);
  // 1 is Git's word for "there is none": HEAD is detached, nothing is set. Without a repository, what is set is the user's.
  const isRepository = [head, config].every(({ exitCode }) => exitCode === 0 || exitCode === 1);
  if (!isRepository) return { remotes: [], branch: null, tracked: undefined };

  const settings = parseConfig(config.stdout);
  const branch = /^refs\/heads\/(.+)$/.exec(head.stdout.trimEnd())?.[1] ?? null;
  const tracked = branch === null ? undefined : settings.tracked.get(branch);
  const remotes = [...settings.urls].flatMap(([name, text]) => {
    const url = parseRemoteUrl(rewriteUrl(text, settings.rewrites));
    return url ? [{ name, ...url }] : [];
  });
  return { remotes, branch, tracked };
}

interface Settings {
  /** By remote: the URL that Git fetches from. */
  urls: Map<string, string>;
  /** By branch: its remote. */
  tracked: Map<string, string>;
  rewrites: Rewrite[];
}

/** Reads the lines of `git config -z --get-regexp`: key, newline, value, NUL. */
function parseConfig(text: string): Settings {
  const settings: Settings = { urls: new Map(), tracked: new Map(), rewrites: [] };
  for (const entry of text.split('\0')) {
    const [, section, name, value] = /^(remote|branch|url)\.(.*)\.[a-z]+\n(.*)$/s.exec(entry) ?? [];
    if (section === undefined || name === undefined || value === undefined) continue;
    if (section === 'url') settings.rewrites.push({ base: name, prefix: value });
    else if (section === 'branch') settings.tracked.set(name, value);
    else if (value === '') settings.urls.delete(name);
    else if (!settings.urls.has(name)) settings.urls.set(name, value);
  }
  return settings;
}
