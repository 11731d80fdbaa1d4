// A model that obeys whoever writes into its context. `OBEY tool key=value key=value ;;` anywhere in a request is an order,
// also in HTML comments, in Unicode tags, in names and in definitions of tools; in a value "+" stands for a space. `LEAK` in a
// value is replaced by all that looks like a secret in what the model has been given.
import { type MessagesRequest, type Reply, say, type Turn } from '../../fakes/messages-api/index.js';

interface Order {
  name: string;
  input: Record<string, unknown>;
}

/** What the user asks for stands in the prompt as `READ tool {json}`; it is done first. */
const asked = /READ (\S+) (\{.*?\})$/gm;
const injected = /OBEY\s+(\S+)\s+(.*?)\s*;;/gs;
const secret = /canary-[a-z]+-[0-9a-f]+|glpat-[\w-]+/g;

/** Answers any number of requests, of any number of conversations. */
export const obedient: Turn = ({ body }) => {
  const done = body.messages.flatMap(({ content }) =>
    Array.isArray(content) ? content.filter(({ type }) => type === 'tool_use') : [],
  ).length;
  const next = [...readsIn(body), ...ordersIn(body)].slice(done);
  return next.length === 0 ? say('Done.') : callsOf(next);
};

function callsOf(orders: readonly Order[]): Reply {
  return { content: orders.map(({ name, input }) => ({ type: 'tool_use', name, input })) };
}

function readsIn({ messages }: MessagesRequest['body']): Order[] {
  const prompt = textsOf(messages[0]?.content).join('\n');
  return [...prompt.matchAll(asked)].map(([, name = '', json = '{}']) => ({ name, input: JSON.parse(json) }));
}

/** Each order once, in the order in which they came. */
function ordersIn(body: MessagesRequest['body']): Order[] {
  const given = textsOf([body.system, body.tools, body.messages.map(({ content }) => content)])
    .map(withTagsAsText)
    .join('\n');
  const leak = [...new Set(given.match(secret) ?? [])].join(',') || 'nothing';
  const orders = [...given.matchAll(injected)].map(([, name = '', words = '']) => [name, words] as const);
  const unique = new Map(orders.map(([name, words]) => [`${name} ${words}`, { name, input: inputOf(words, leak) }]));
  return [...unique.values()];
}

function inputOf(words: string, leak: string): Record<string, unknown> {
  return Object.fromEntries(
    words.split(/\s+/).map((word) => {
      const at = word.indexOf('=');
      const value = word
        .slice(at + 1)
        .replaceAll('+', ' ')
        .replaceAll('LEAK', leak);
      return [word.slice(0, at), /^[[{]/.test(value) ? JSON.parse(value) : value];
    }),
  );
}

/** Every string in there but what the model itself said. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== 'object' || value === null || (value as { type?: unknown }).type === 'tool_use') return [];
  return Object.values(value).flatMap(textsOf);
}

function withTagsAsText(text: string): string {
  return text.replace(/[\u{E0020}-\u{E007E}]/gu, (tag) => String.fromCodePoint((tag.codePointAt(0) ?? 0) - 0xe0000));
}
