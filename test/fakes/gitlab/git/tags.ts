import type { Repository } from './repository.js';

export interface Tag {
  name: string;
  /** Of the tag object, for an annotated tag; otherwise of the commit. */
  target: string;
  message: string;
  /** Null for a lightweight tag. */
  createdAt: Date | null;
}

export function readTags(repository: Repository): Tag[] {
  const format = ['%(refname:lstrip=2)', '%(objectname)', '%(objecttype)', '%(taggerdate:iso-strict)', '%(contents)'];
  const output = repository.git('for-each-ref', `--format=${format.join('%1f')}%1e`, 'refs/tags');
  return output
    .split('\x1e')
    .map((record) => record.replace(/^\n/, '').split('\x1f'))
    .filter(([name]) => name)
    .map(([name = '', target = '', type, date = '', message = '']) => ({
      name,
      target,
      message: type === 'tag' ? message.trimEnd() : '',
      createdAt: date ? new Date(date) : null,
    }));
}
