// A GitLab with the demo's world in it, until it is stopped; README.md says how to call it.
import { parseArgs } from 'node:util';
import { startGitLab } from './gitlab.js';
import { pathOf } from './world/places.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    prefix: { type: 'string', default: '' },
    version: { type: 'string', default: '19.5.0' },
    'advanced-search': { type: 'boolean', default: false },
    repository: { type: 'string', multiple: true, default: [] },
  },
});
const { prefix, version } = values;
const gitlab = await startGitLab({
  port: Number(values.port),
  prefix,
  version,
  advancedSearch: values['advanced-search'],
  seed: 'demo',
  repositories: Object.fromEntries(values.repository.map((pair) => pair.split(/=(.*)/s))),
});
const { demo, url } = gitlab;
process.stdout.write(`${JSON.stringify({ url, token: demo?.token.value, project: demo && pathOf(demo.project) })}\n`);
const stop = () => void gitlab.close().then(() => process.exit(0));
process.once('SIGTERM', stop).once('SIGINT', stop);
