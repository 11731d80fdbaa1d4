// What the tests here share: folders with files, and somebody to ask.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { AskAboutServer, ServerAnswer, ServerQuestion } from './question.js';

/** A new folder that holds `files`, and goes when the test ends. */
export function folderOf(files: Record<string, unknown> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cofferdam-third-party-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

/** Answers in this order, then no. */
export function somebody(...answers: ServerAnswer[]): { ask: AskAboutServer; questions: ServerQuestion[] } {
  const questions: ServerQuestion[] = [];
  const ask: AskAboutServer = async (question) => {
    questions.push(question);
    return answers.shift() ?? { allowed: false };
  };
  return { ask, questions };
}
