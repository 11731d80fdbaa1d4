// What a client sends as a prompt, as the session keeps it.
import { fileURLToPath } from 'node:url';
import type { ContentBlock, EmbeddedResourceResource } from '@agentclientprotocol/sdk';
import { clip, fence, reveal } from '@cofferdam/mcp-servers/untrusted';
import { AgentError } from '../errors.js';
import type { UserBlock } from '../session/index.js';
import { relativeTo } from './paths.js';
import { oneLine } from './text.js';

/** Characters of the user's own words in one prompt, about 250,000 tokens. */
const maxText = 1_000_000;
/** Characters of one attachment; the agent reads on by itself where it is a file of the workspace. */
const maxResource = 200_000;
/** Base64 characters; the API refuses images above 5 MB. */
const maxImage = 5 * 1024 * 1024;
const maxImages = 20;

/** `root` is the workspace's top folder. Throws AgentError `usage` for what cannot be taken. */
export function readPrompt(blocks: readonly ContentBlock[], root: string): UserBlock[] {
  const content = joined(blocks.map((block) => readBlock(block, root)));
  const length = content.reduce((sum, block) => sum + (block.type === 'text' ? block.text.length : 0), 0);
  if (length > maxText) {
    throw usage(
      `The prompt has ${length} characters; at most ${maxText} are taken.`,
      'Put the text into a file and name it.',
    );
  }
  if (content.filter(({ type }) => type === 'image').length > maxImages) {
    throw usage(`The prompt has more than ${maxImages} images.`, 'Send fewer at a time.');
  }
  if (content.every((block) => block.type === 'text' && block.text.trim() === '')) {
    throw usage('The prompt is empty.', 'Say what the agent should do.');
  }
  return content.filter((block) => block.type !== 'text' || block.text !== '');
}

/** The words before which a command is looked for: those of the first block. */
export function firstWords(blocks: readonly ContentBlock[]): string {
  const [first] = blocks;
  return first?.type === 'text' ? first.text : '';
}

function readBlock(block: ContentBlock, root: string): UserBlock {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text.toWellFormed() };
    case 'image':
      return readImage(block.data, block.mimeType);
    case 'resource_link':
      return { type: 'text', text: mention(block.uri, block.name, root) };
    case 'resource':
      return readResource(block.resource, root);
    case 'audio':
      throw usage('Audio cannot be taken.', 'Write down what it says.');
  }
}

/** Text around a mention is one text. */
function joined(blocks: readonly UserBlock[]): UserBlock[] {
  const all: UserBlock[] = [];
  for (const block of blocks) {
    const last = all.at(-1);
    if (last?.type === 'text' && block.type === 'text')
      all[all.length - 1] = { type: 'text', text: last.text + block.text };
    else all.push(block);
  }
  return all;
}

function readResource(resource: EmbeddedResourceResource, root: string): UserBlock {
  const name = nameOf(resource.uri, root);
  if ('text' in resource) {
    const next = 'read the rest of it with the tools for files, if it is one of the workspace';
    const text = clip(reveal(resource.text.toWellFormed()), maxResource, next);
    return { type: 'resource', uri: resource.uri, name, text: fence({ source: name, text }) };
  }
  if (resource.mimeType?.startsWith('image/')) return readImage(resource.blob, resource.mimeType);
  throw usage(`${name} is neither text nor an image.`, 'Attach its text, or name the file.');
}

/** `src/a.ts`, or the URI of what is not in the workspace. */
function nameOf(uri: string, root: string): string {
  const { path } = fileOf(uri, root);
  return oneLine(path ?? uri, 200);
}

/** As it stands among the user's words. */
function mention(uri: string, name: string, root: string): string {
  const { path, lines } = fileOf(uri, root);
  if (path !== undefined) return `${JSON.stringify(oneLine(path, 500))}${lines ?? ''}`;
  const where = uri.startsWith('file:') ? ', outside of the workspace' : '';
  return `${JSON.stringify(oneLine(name, 200))} (${oneLine(uri, 500)}${where})`;
}

/** `lines` stands behind the name: ` (lines 10 to 20)`. Editors write them as `#L10:20`, `#L10-L20` or `#L10`. */
function fileOf(uri: string, root: string): { path?: string; lines?: string } {
  if (!uri.startsWith('file:')) return {};
  let file: string;
  try {
    const url = new URL(uri);
    url.hash = '';
    url.search = '';
    file = fileURLToPath(url);
  } catch {
    return {};
  }
  const path = relativeTo(root, file);
  if (path === undefined) return {};
  const range = /#L(\d+)(?:[:-]L?(\d+))?$/.exec(uri);
  if (!range) return { path };
  const [, from, to] = range;
  return { path, lines: to === undefined || to === from ? ` (line ${from})` : ` (lines ${from} to ${to})` };
}

type ImageType = Extract<UserBlock, { type: 'image' }>['mediaType'];

/** First characters in Base64. */
const signatures: readonly (readonly [start: RegExp, type: ImageType])[] = [
  [/^iVBORw0KGgo/, 'image/png'],
  [/^\/9j\//, 'image/jpeg'],
  [/^R0lGOD/, 'image/gif'],
  [/^UklGR.{10}XRUJQ/, 'image/webp'],
];

/** Judged by its content: the API would refuse this and every later request for a type that is not what it says. */
function readImage(data: string, declared: string): UserBlock {
  if (data.length > maxImage) {
    const size = `${(data.length / 1024 / 1024).toFixed(1)} MB`;
    throw usage(`An image has ${size} in Base64; the model takes at most 5 MB.`, 'Make it smaller.');
  }
  const mediaType = signatures.find(([start]) => start.test(data))?.[1];
  if (mediaType === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(data)) {
    const type = oneLine(declared, 50);
    throw usage(`An image (${type}) is no PNG, JPEG, GIF or WebP in Base64.`, 'Convert it to PNG.');
  }
  return { type: 'image', mediaType, data };
}

function usage(message: string, remedy: string): AgentError {
  return new AgentError('usage', message, remedy);
}
