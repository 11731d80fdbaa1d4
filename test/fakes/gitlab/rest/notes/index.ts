import type { Route } from '../../http/route.js';
import { discussions } from './discussions.js';
import { draftNotes } from './draft-notes.js';
import { notes as comments } from './notes.js';

export const notes: Route[] = [...comments, ...discussions, ...draftNotes];
