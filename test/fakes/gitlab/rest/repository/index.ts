import type { Route } from '../../http/route.js';
import { branches } from './branches.js';
import { commits } from './commits.js';
import { compare } from './compare.js';
import { files } from './files.js';
import { tags } from './tags.js';
import { tree } from './tree.js';

export const repository: Route[] = [...branches, ...commits, ...compare, ...files, ...tags, ...tree];
