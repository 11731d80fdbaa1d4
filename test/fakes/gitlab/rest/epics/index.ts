import type { Route } from '../../http/route.js';
import { contents } from './contents.js';
import { epics as own } from './epics.js';

export const epics: Route[] = [...own, ...contents];
