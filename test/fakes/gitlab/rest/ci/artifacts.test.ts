import { crc32, inflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CiWorkplace, startCiWorkplace } from '../../testing/ci.js';
import type { Job } from '../../world/types.js';

const picture = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff]);
const artifacts = { 'out/app.js': 'run()\n', 'out/img/logo.png': picture, 'naïve.txt': 'ï\n' };
let shop: CiWorkplace;
let job: Job;

beforeEach(async () => {
  shop = await startCiWorkplace();
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

/** Reads an archive by its directory at the end, as unzip does. */
function unzip(archive: Buffer): Record<string, Buffer> {
  const end = archive.lastIndexOf('PK\x05\x06');
  const files: Record<string, Buffer> = {};
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    expect(archive.toString('latin1', at, at + 4)).toBe('PK\x01\x02');
    const [method, checksum, packed, size] = [10, 16, 20, 24].map((field) =>
      field === 10 ? archive.readUInt16LE(at + field) : archive.readUInt32LE(at + field),
    );
    const nameEnd = at + 46 + archive.readUInt16LE(at + 28);
    const local = archive.readUInt32LE(at + 42);
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const content = inflateRawSync(archive.subarray(start, start + (packed ?? 0)));
    expect([method, checksum, size]).toEqual([8, crc32(content), content.length]);
    files[archive.toString('utf8', at + 46, nameEnd)] = content;
    at = nameEnd + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  expect(at).toBe(end);
  return files;
}

test('the archive is a zip file of all that the job left', async () => {
  const archive = await bytes(`/jobs/${job.id}/artifacts`);
  expect(await bytes('/jobs/artifacts/main/download?job=compile')).toEqual(archive);
  const { body } = await shop.call('GET', `/jobs/${job.id}`);
  expect(body).toMatchObject({ artifacts_file: { filename: 'artifacts.zip', size: archive.length } });
  expect(unzip(archive)).toEqual({
    'out/app.js': Buffer.from('run()\n'),
    'out/img/logo.png': picture,
    'naïve.txt': Buffer.from('ï\n'),
  });
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
