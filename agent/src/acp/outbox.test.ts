import type { SessionUpdate } from '@agentclientprotocol/sdk';
import { expect, test } from 'vitest';
import { type Message, Outbox } from './outbox.js';

const said = (text: string): SessionUpdate => ({
  sessionUpdate: 'agent_message_chunk',
  content: { type: 'text', text },
});
const thought = (text: string): SessionUpdate =>
  ({ ...said(text), sessionUpdate: 'agent_thought_chunk' }) as SessionUpdate;
const output = (toolCallId: string, text: string): SessionUpdate => ({
  sessionUpdate: 'tool_call_update',
  toolCallId,
  content: [{ type: 'content', content: { type: 'text', text } }],
});
const terminal = (id: string, data: string): SessionUpdate => ({
  sessionUpdate: 'tool_call_update',
  toolCallId: id,
  _meta: { terminal_output: { terminal_id: id, data } },
});
const ended = (toolCallId: string): SessionUpdate => ({
  sessionUpdate: 'tool_call_update',
  toolCallId,
  status: 'completed',
});

/** A client that takes one message, and the next ones only when told to. */
function slowClient(): { outbox: Outbox; sent: SessionUpdate[]; stalled: () => boolean; take(): void } {
  const sent: SessionUpdate[] = [];
  let take = () => {};
  let stalled = false;
  const send = async ({ params }: Message) => {
    sent.push((params as { update: SessionUpdate }).update);
    await new Promise<void>((resolve) => {
      take = resolve;
    });
  };
  const outbox = new Outbox(send, () => {
    stalled = true;
  });
  return { outbox, sent, stalled: () => stalled, take: () => take() };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function whatIsSent(...updates: [string, SessionUpdate][]): Promise<SessionUpdate[]> {
  const { outbox, sent, take } = slowClient();
  outbox.update('s', said('first'));
  await turn();
  for (const [session, update] of updates) outbox.update(session, update);
  for (let i = 0; i <= updates.length; i++) {
    take();
    await turn();
  }
  await outbox.idle();
  return sent.slice(1);
}

test('text that waits grows together, of one kind and one session', async () => {
  expect(
    await whatIsSent(['s', said('a')], ['s', said('b')], ['s', thought('c')], ['s', said('d')], ['t', said('e')]),
  ).toEqual([said('ab'), thought('c'), said('d'), said('e')]);
});

test('of output that waits only the newest is sent, each call’s in its own place', async () => {
  expect(
    await whatIsSent(
      ['s', output('1', 'a')],
      ['s', output('2', 'b')],
      ['s', output('1', 'ac')],
      ['s', output('2', 'bd')],
    ),
  ).toEqual([output('1', 'ac'), output('2', 'bd')]);
});

test('output for terminals is sent whole', async () => {
  expect(await whatIsSent(['s', terminal('1', 'a\n')], ['s', terminal('1', 'b\n')])).toEqual([terminal('1', 'a\nb\n')]);
});

test('nothing passes what is not output', async () => {
  const updates = [output('1', 'a'), ended('1'), output('2', 'b'), said('x'), output('2', 'c')];
  expect(await whatIsSent(...updates.map((update): [string, SessionUpdate] => ['s', update]))).toEqual(updates);
});

test('a client that reads nothing is given up at last, and what waits with it', async () => {
  const { outbox, sent, stalled, take } = slowClient();
  outbox.update('s', said('first'));
  await turn();
  const large = 'x'.repeat(1024 * 1024);
  for (let i = 0; i < 70; i++) outbox.update('s', i % 2 ? said(large) : thought(large));
  expect(stalled()).toBe(true);
  take();
  await outbox.idle();
  expect(sent).toHaveLength(1);
});

test('a connection that broke ends the sending', async () => {
  let tries = 0;
  const send = async () => {
    tries += 1;
    throw new Error('EPIPE');
  };
  const outbox = new Outbox(send, () => {});
  for (const text of ['a', 'b']) {
    outbox.update('s', said(text));
    await outbox.idle();
  }
  expect(tries).toBe(1);
});
