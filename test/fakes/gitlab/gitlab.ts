// Starts the instance: a world, the routes over it, and a server in front.
import type { AddressInfo } from 'node:net';
import { graphql } from './graphql/route.js';
import { Faults } from './http/faults.js';
import { RateLimits } from './http/rate-limits.js';
import type { Instance } from './http/route.js';
import { createGitLabServer, type Received } from './http/server.js';
import { atLeast } from './http/version.js';
import { rest } from './rest/index.js';
import { type Demo, seedDemo } from './seed.js';
import { World } from './world/world.js';

export interface GitLabOptions {
  /** Default 0: a free one. */
  port?: number;
  /** For an instance under a path, such as `/gitlab`. */
  prefix?: string;
  /** Default `19.5.0`. */
  version?: string;
  /** Default `ee`. */
  edition?: 'ee' | 'ce';
  /** Default false. */
  advancedSearch?: boolean;
  /**
   * Whether epics can be reached by REST, which is deprecated and to be removed. Default: below version 19, so that a
   * client is tried with both.
   */
  restEpics?: boolean;
  tls?: { key: string; cert: string };
  /** Default `none`: an empty instance. */
  seed?: 'none' | 'demo';
  /** What the seed fills its projects with: by full path, a folder or a local Git repository. */
  repositories?: Readonly<Record<string, string>>;
}

export interface GitLab {
  /** Of the instance, with the prefix; the API is below `/api/v4` of it. */
  readonly url: string;
  readonly world: World;
  /** Every request received, in the order of arrival. */
  readonly requests: readonly Received[];
  readonly faults: Faults;
  readonly limits: RateLimits;
  /** What the seed `demo` made. */
  readonly demo: Demo | undefined;
  /** Drops open connections and removes the repositories. */
  close(): Promise<void>;
}

/** Listens on 127.0.0.1. Rejects where the port is taken. */
export async function startGitLab(options: GitLabOptions = {}): Promise<GitLab> {
  const {
    port = 0,
    prefix = '',
    version = '19.5.0',
    edition = 'ee',
    advancedSearch = false,
    restEpics = !atLeast(version, '19.0'),
    tls,
    seed = 'none',
  } = options;
  const instance: Instance = { version, edition, advancedSearch, restEpics };
  const world = new World();
  const faults = new Faults();
  const limits = new RateLimits();
  const requests: Received[] = [];
  const available = [...rest, ...graphql].filter(({ needs }) => needs.when?.(instance) ?? true);
  const server = createGitLabServer({ world, instance, routes: available, faults, limits, requests, prefix, tls });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  world.url = `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`;
  const demo = seed === 'demo' ? seedDemo(world, options.repositories) : undefined;
  return {
    url: world.url,
    world,
    requests,
    faults,
    limits,
    demo,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          world.close();
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
