// Reads YAML so that nothing in it is overlooked which another parser may see: of keys that come twice, and of what is
// merged into a mapping, Ruby takes the last, others the first. Here every one is there.
import yaml, { type Document, type Node } from 'yaml';
import { ToolError } from '../../kit/index.js';
import { quoted } from '../../untrusted/index.js';

/** A reader for each document of `content`; in YAML 1.1, which is Ruby's. Throws ToolError `bad-yaml`. */
export function readYaml(content: string): Reader[] {
  const documents = [...yaml.parseAllDocuments(content, { version: '1.1', uniqueKeys: false, logLevel: 'silent' })];
  return documents.map((document) => {
    if (document.errors[0]) throw notYaml(document.errors[0].message);
    return new Reader(document);
  });
}

/** More than any configuration holds at its top, and little enough for aliases that multiply. */
const most = 10_000;

class Reader {
  readonly #document: Document;
  #seen = 0;

  constructor(document: Document) {
    this.#document = document;
  }

  get root(): unknown {
    return this.#document.contents;
  }

  /** Names and values of a mapping and of all that is merged into it; nothing of what is none. Throws ToolError `bad-yaml`. */
  pairs(node: unknown): [name: string, value: unknown][] {
    const map = this.#resolved(node);
    if (!yaml.isMap(map)) return [];
    return map.items.flatMap(({ key, value }) => {
      const name = nameOf(this.#resolved(key));
      const merged = name === '<<' ? this.items(value).flatMap((one) => this.pairs(one)) : [];
      return [[name, value], ...merged];
    });
  }

  /** What is in a list, and in the lists in it; `node` itself where it is none. */
  items(node: unknown): unknown[] {
    const list = this.#resolved(node);
    return yaml.isSeq(list) ? list.items.flatMap((one) => this.items(one)) : [list];
  }

  text(node: unknown): string {
    const found = this.#resolved(node);
    return yaml.isScalar(found) ? String(found.value) : '';
  }

  #resolved(node: unknown): unknown {
    this.#seen += 1;
    if (this.#seen > most) throw notYaml('it is too much, or refers to itself');
    return yaml.isAlias(node) ? this.#resolved(node.resolve(this.#document)) : node;
  }
}

/** Ruby reads `:include` as a symbol, which is as good as the word; a key with a tag may be any word. */
function nameOf(key: unknown): string {
  const tag = (key as Node | null)?.tag;
  if (!yaml.isScalar(key) || (tag && !tag.endsWith(':str'))) throw notYaml('a key has a tag, or is no text');
  return (typeof key.value === 'symbol' ? '<<' : String(key.value)).replace(/^:+/, '').trim();
}

function notYaml(why: string): ToolError {
  const message = `The configuration cannot be read: ${quoted(why, 300)}. Nothing was sent.`;
  return new ToolError('bad-yaml', message, 'Correct it.');
}
