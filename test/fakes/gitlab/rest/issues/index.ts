import type { Route } from '../../http/route.js';
import { single } from './issues.js';
import { links } from './links.js';
import { lists } from './lists.js';
import { relations } from './relations.js';
import { timeTracking } from './time-tracking.js';

export const issues: Route[] = [...lists, ...single, ...links, ...relations, ...timeTracking];
