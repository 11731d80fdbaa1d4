import type { Family } from '../toolkit/family.js';
import { createEpic, updateEpic } from './change.js';
import { getEpic } from './get.js';
import { listEpicItems } from './items.js';
import { listEpics } from './list.js';

export const family: Family = {
  instructions:
    "Epics belong to groups, &5 to the project's own: list_epics finds, get_epic reads one, list_epic_items tells what is in it.",
  tools: [listEpics, getEpic, listEpicItems, createEpic, updateEpic],
};
