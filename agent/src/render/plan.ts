// The plan as a person reads it, and as they edit it: a Markdown checklist.
import type { PlanStep } from '../session/index.js';
import { oneLine, type Paint } from './text.js';

const ticks = { pending: '○', in_progress: '▸', done: '✔' } as const;

/** A line a step, each at most `width` characters. */
export function planLines(steps: readonly Pick<PlanStep, 'title' | 'status'>[], width: number, paint: Paint): string[] {
  return steps.map(({ title, status }) => {
    const text = `  ${ticks[status]} ${oneLine(title, width - 4)}`;
    return status === 'done' ? paint('green', text) : status === 'pending' ? paint('dim', text) : text;
  });
}

const boxes = { pending: ' ', in_progress: '~', done: 'x' } as const;

export function checklist(steps: readonly Pick<PlanStep, 'title' | 'status'>[]): string {
  return steps.map(({ title, status }) => `- [${boxes[status]}] ${oneLine(title, 300)}\n`).join('');
}

/** What the user made of a checklist: every item of a list is a step, all other lines are passed over. */
export function parseChecklist(text: string): { title: string; status: PlanStep['status'] }[] {
  return text.split(/\r\n?|\n/).flatMap((line) => {
    const [, item] = /^\s*(?:[-*+]|\d+[.)])\s+(.+)$/.exec(line) ?? [];
    const [, box, words = ''] = /^(?:\[([ xX~]?)\])?(.*)$/.exec(item ?? '') ?? [];
    const title = oneLine(words, 300);
    const status = box === '~' ? 'in_progress' : /^x$/i.test(box ?? '') ? 'done' : 'pending';
    return title === '' ? [] : [{ title, status }];
  });
}
