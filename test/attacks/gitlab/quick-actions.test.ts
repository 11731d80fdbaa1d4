// Texts that would make GitLab do something else with the token's rights than the tool says.
import { expect, test } from 'vitest';
import { leastInput, samples, textArguments, theWorld, toolsOf } from './support.js';

/** Texts that GitLab reads for quick actions, wherever they are an argument; and those that it does not. */
const carriedOut = ['body', 'description'];
const neverCarriedOut = [
  // Names and references of what a call is about.
  ...[
    'project',
    'group',
    'issue',
    'target',
    'merge_request',
    'epic',
    'parent',
    'on',
    'pipeline',
    'job',
    'target_project',
  ],
  ...['branch', 'start_branch', 'source_branch', 'target_branch', 'ref', 'sha', 'path', 'reply_to', 'discussion_id'],
  ...['assignees', 'reviewers', 'milestone', 'labels', 'add_labels', 'remove_labels'],
  ...['due_date', 'start_date', 'duration', 'weight'],
  // One line, which is what it is.
  'title',
  // Kept with the commit or the time; of commits GitLab reads only what closes issues.
  ...['commit_message', 'merge_commit_message', 'squash_commit_message', 'summary'],
];

test('every text that a tool writes is known to be read for quick actions or not', async () => {
  const the = await theWorld();
  const writing = (await toolsOf(await the.serve())).filter(({ annotations }) => !annotations?.readOnlyHint);
  const names = new Set(writing.flatMap(textArguments).map(({ name }) => name));
  expect([...names].filter((name) => ![...carriedOut, ...neverCarriedOut].includes(name))).toEqual([]);
});

const refused: [string, string][] = [
  ['by itself', '/close'],
  ['with an argument', 'Fine.\n/assign @mallory'],
  ['in another case', '/CloSe'],
  ['one that takes over rights', '/merge'],
  ['one that this program does not know', '/brand_new2 now'],
  ['with a hyphen', '/brand-new'],
  ['after a carriage return', 'a\r/close'],
  ['on lines that end as on Windows', 'a\r\n/close\r\n'],
  ['carriage returns in it, which GitLab drops', '/\rclose'],
  ['carriage returns in its name', '/cl\ro\rse'],
  ['carriage returns before it', '\r\r/close'],
  ['the Kelvin sign, which is a k without case', '/lin\u212a #2'],
  ['letters of full width', '／ｃｌｏｓｅ'],
  ['tabs before it', 'a\n\t/close'],
  ['spaces before it', 'a\n   /close'],
  ['spaces that do not break before it', 'a\n\u00a0\u2003/close'],
  ['nothing to be seen before it', 'a\n\u200b\u2060\ufeff/close'],
  ['nothing to be seen in it', '/cl\u200bo\u00adse'],
  ['a NUL in it', '/cl\0ose'],
  ['after a form feed', 'a\f/close'],
  ['after a vertical tab', 'a\v/close'],
  ['after a line separator', 'a\u2028/close'],
  ['after a paragraph separator', 'a\u2029/close'],
  ['after a next-line', 'a\u0085/close'],
  ['a tab behind it', '/close\t'],
  ['in a code block, which a parser may end elsewhere', '```\n/close\n```'],
  ['in an HTML comment', '<!--\n/close\n-->'],
  ['in HTML', '<div>\n/close\n</div>'],
  ['in a block quote', '>>>\n/close\n>>>'],
  ['in a suggestion', '```suggestion:-0+0\n/close\n```'],
  ['after a long text', `${'word '.repeat(200_000)}\n/close`],
];

test('a quick action is refused in every text that GitLab reads, however it is written, and nothing is sent', async () => {
  const the = await theWorld();
  const connected = await the.serve();
  await connected.call('get_project');
  const sent = the.gitlab.requests.length;
  const wrong: string[] = [];
  for (const tool of await toolsOf(connected)) {
    if (tool.annotations?.readOnlyHint) continue;
    for (const { name } of textArguments(tool).filter((one) => carriedOut.includes(one.name))) {
      for (const [how, text] of refused) {
        const input = { ...leastInput(tool, samples(the)), [name]: text };
        const { code } = await connected.call(tool.name, input);
        if (code !== 'quick-action') wrong.push(`${tool.name} ${name}, ${how}: ${code}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(the.gitlab.requests).toHaveLength(sent);
});

test('a slash elsewhere, or before something else than a word, is text', async () => {
  const the = await theWorld();
  const { call } = await the.serve({ families: ['notes'] });
  for (const body of [
    'See /usr/bin/env and src/close.',
    '/usr/bin/env',
    'a /close in a line',
    '> /close',
    '- /close',
    '`/close`',
    '//close',
    '/',
    '/ close',
    '/1 of 2',
    'https://gitlab.example.com/close',
  ])
    expect({ body, ...(await call('create_note', { on: '#1', body })) }).toMatchObject({ body, isError: false });
  expect(the.issue.state).toBe('opened');
});

test('a policy that allows one allows no other, not even in the same text', async () => {
  const the = await theWorld();
  the.world.addLabel(the.project, 'money');
  const { call } = await the.serve({ families: ['notes'], policy: { quick_actions: ['label'] } });
  for (const body of ['/label ~bug\n/close', '/labels ~bug', '/labe\u212a', '/label_x', '/lab'])
    expect(await call('create_note', { on: '#1', body })).toMatchObject({ code: 'quick-action' });
  expect(await call('create_note', { on: '#1', body: '/label ~money' })).toMatchObject({ isError: false });
  expect(the.issue.labels.map(({ name }) => name)).toContain('money');
});

test('a draft that somebody else wrote is read before it is published, be it behind hundreds of others', async () => {
  const the = await theWorld();
  for (let i = 0; i < 250; i += 1)
    the.world.addDraftNote({ mergeRequest: the.request, author: the.ada, body: `No. ${i}` });
  the.world.addDraftNote({ mergeRequest: the.request, author: the.ada, body: `${'x'.repeat(50_000)}\n/merge` });
  const { call } = await the.serve({ families: ['notes'] });
  expect(await call('publish_draft_notes', { merge_request: '!1' })).toMatchObject({ code: 'quick-action' });
  expect(the.gitlab.requests.filter(({ method }) => method === 'POST')).toEqual([]);
});

test('a hostile text takes no longer to check than another', async () => {
  const the = await theWorld();
  const { call } = await the.serve({ families: ['notes'] });
  for (const body of ['\u2028'.repeat(300_000), ' '.repeat(300_000), '\n /'.repeat(100_000), '\r'.repeat(300_000)])
    await call('create_note', { on: '#1', body: `x${body}` });
}, 10_000);
