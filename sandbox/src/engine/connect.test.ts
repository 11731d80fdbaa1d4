import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { connectEngine } from './connect.js';
import { engineCandidates } from './connect-candidates.js';

const endpoints = async (env: NodeJS.ProcessEnv, home = '/nowhere', platform: NodeJS.Platform = 'linux') =>
  (await engineCandidates(env, home, platform)).map(({ endpoint }) => endpoint);

const homes: string[] = [];
afterEach(() => Promise.all(homes.splice(0).map((home) => rm(home, { recursive: true }))));

async function emptyHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'cofferdam-home-'));
  homes.push(home);
  return home;
}

async function homeWithContext(name: string, host: string): Promise<string> {
  const home = await emptyHome();
  const folder = join(home, '.docker/contexts/meta', createHash('sha256').update(name).digest('hex'));
  await mkdir(folder, { recursive: true });
  await writeFile(join(home, '.docker/config.json'), JSON.stringify({ currentContext: name }));
  await writeFile(join(folder, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }));
  return home;
}

describe('where an engine is looked for', () => {
  test('DOCKER_HOST is the only place, when it is set', async () => {
    expect(await endpoints({ DOCKER_HOST: 'tcp://10.0.0.1:2375' })).toEqual(['tcp://10.0.0.1:2375']);
  });

  test('DOCKER_TLS_VERIFY takes certificates from DOCKER_CERT_PATH', async () => {
    const env = { DOCKER_HOST: 'tcp://h:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' };
    expect(await engineCandidates(env, '/nowhere')).toMatchObject([{ tlsFolder: '/certs' }]);
  });

  test("the client's current context comes before the usual sockets", async () => {
    const home = await homeWithContext('colima', 'unix:///colima.sock');
    expect((await endpoints({}, home)).slice(0, 2)).toEqual(['unix:///colima.sock', 'unix:///var/run/docker.sock']);
  });

  test('DOCKER_CONTEXT is the only place, and must exist', async () => {
    const home = await homeWithContext('work', 'unix:///work.sock');
    expect(await endpoints({ DOCKER_CONTEXT: 'work' }, home)).toEqual(['unix:///work.sock']);
    await expect(endpoints({ DOCKER_CONTEXT: 'wrok' }, home)).rejects.toThrow('"wrok"');
  });

  test('rootless engines, Docker Desktop and Podman are found by their sockets', async () => {
    const found = await endpoints({ XDG_RUNTIME_DIR: '/run/user/7' }, '/home/ada');
    expect(found).toContain('unix:///run/user/7/docker.sock');
    expect(found).toContain('unix:///run/user/7/podman/podman.sock');
    expect(found).toContain('unix:///home/ada/.docker/desktop/docker.sock');
  });

  test('on Windows, named pipes', async () => {
    expect(await endpoints({}, 'C:\\Users\\ada', 'win32')).toContain('npipe:////./pipe/docker_engine');
  });

  test('a broken client configuration is passed over', async () => {
    const home = await emptyHome();
    await mkdir(join(home, '.docker'));
    await writeFile(join(home, '.docker/config.json'), '{ "currentContext": ');
    expect((await endpoints({}, home))[0]).toBe('unix:///var/run/docker.sock');
  });
});

describe('connecting', () => {
  test('the engine says what it is', async () => {
    const { kind, version, architecture, components } = await connectEngine();
    expect(['docker', 'podman']).toContain(kind);
    expect(version).toMatch(/^\d+\.\d+/);
    expect(architecture).toMatch(/^(amd64|arm64)$/);
    expect(Object.keys(components).length).toBeGreaterThan(0);
  });

  test.each([
    ['unix:///no/such.sock', 'there is no such socket'],
    ['tcp://127.0.0.1:1', 'nothing listens there'],
    ['ssh://ada@example.invalid', 'forward the socket: ssh -nNT'],
    ['gopher://example.invalid', 'none of unix, tcp'],
    ['nonsense', 'not an address'],
  ])('%s fails with a reason', async (DOCKER_HOST, reason) => {
    await expect(connectEngine({ DOCKER_HOST })).rejects.toMatchObject({
      code: 'engine-unreachable',
      message: expect.stringContaining(reason),
    });
  });

  test('something that listens but never answers is given up', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    await expect(connectEngine({ DOCKER_HOST: `tcp://127.0.0.1:${port}` })).rejects.toThrow('no answer within');
    silent.close();
  }, 20_000);
});
