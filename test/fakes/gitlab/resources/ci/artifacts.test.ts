import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Job } from '../../world/types.js';
import { openShop, type Shop } from './support.js';

const picture = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff]);
const artifacts = { 'out/app.js': 'run()\n', 'out/img/logo.png': picture, 'naïve.txt': 'ï\n' };
let shop: Shop;
let job: Job;

beforeEach(async () => {
  shop = await openShop();
  const pipeline = shop.gitlab.world.addPipeline({ project: shop.project });
  job = shop.gitlab.world.addJob({ pipeline, name: 'compile', artifacts });
});

afterEach(() => shop.gitlab.close());

async function bytes(path: string): Promise<Buffer> {
  const { gitlab, ada, project } = shop;
  const { value } = gitlab.world.addToken({ user: ada });
  const url = `${gitlab.url}/api/v4/projects/${project.id}${path}`;
  const response = await fetch(url, { headers: { 'PRIVATE-TOKEN': value } });
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

test('the archive is a zip file that others can read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'artifacts-'));
  try {
    const archive = await bytes(`/jobs/${job.id}/artifacts`);
    expect(await bytes('/jobs/artifacts/main/download?job=compile')).toEqual(archive);
    const { body } = await shop.call('GET', `/jobs/${job.id}`);
    expect(body).toMatchObject({ artifacts_file: { filename: 'artifacts.zip', size: archive.length } });
    writeFileSync(join(folder, 'artifacts.zip'), archive);
    execFileSync('python3', ['-m', 'zipfile', '-e', 'artifacts.zip', '.'], { cwd: folder });
    for (const [path, content] of Object.entries(artifacts)) {
      expect(readFileSync(join(folder, path))).toEqual(Buffer.from(content));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('one file, by job or by branch', async () => {
  expect(await bytes(`/jobs/${job.id}/artifacts/out/img/logo.png`)).toEqual(picture);
  const text = await shop.call('GET', '/jobs/artifacts/main/raw/out/app.js?job=compile');
  expect([text.body, text.headers.get('content-type')]).toEqual(['run()\n', 'text/plain; charset=utf-8']);
  expect((await shop.call('GET', '/jobs/artifacts/main/raw/out/app.js?job=unit')).status).toBe(404);
  expect((await shop.call('GET', `/jobs/${job.id}/artifacts/out/none`)).status).toBe(404);
  expect((await shop.call('GET', `/jobs/${job.id}/artifacts/out%2F..%2F..%2Fsecret`)).status).toBe(400);
});

test('the files in the archive', async () => {
  const list = (query: string) => shop.call('GET', `/jobs/${job.id}/artifacts/tree?${query}`);
  expect((await list('')).body).toEqual([
    { name: 'naïve.txt', path: 'naïve.txt', type: 'file', size: 3, mode: '100644' },
    { name: 'out', path: 'out', type: 'directory', size: 0, mode: '040755' },
  ]);
  expect((await list('path=out&recursive=true')).body).toMatchObject([
    { path: 'out/app.js', type: 'file' },
    { path: 'out/img', type: 'directory' },
    { path: 'out/img/logo.png', name: 'logo.png', size: 6 },
  ]);
  expect((await list('path=nowhere')).status).toBe(404);
});

test('archives expire', async () => {
  job.artifactsExpireAt = new Date(0);
  for (const path of ['artifacts', 'artifacts/tree', 'artifacts/out/app.js']) {
    expect(await shop.call('GET', `/jobs/${job.id}/${path}`)).toMatchObject({
      status: 404,
      body: { message: '404 Not found' },
    });
  }
  const { body } = await shop.call('GET', `/jobs/${job.id}`);
  expect(body).toMatchObject({ artifacts: [], artifacts_expire_at: '1970-01-01T00:00:00.000Z' });
  expect(body).not.toHaveProperty('artifacts_file');
});
