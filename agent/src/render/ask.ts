// Questions to the person at the terminal: asked on stderr, answered on stdin.
import { createInterface } from 'node:readline';
import type { Answer, Approver, Question } from '../policy/index.js';
import type { TerminalView } from './terminal.js';
import { describeCall } from './terminal.js';

/** One line of input; undefined at its end. Rejects with the signal's reason when aborted. */
export async function askLine(prompt: string, signal: AbortSignal): Promise<string | undefined> {
  signal.throwIfAborted();
  // Without line editing of its own, so that the terminal turns Ctrl-C into a signal as ever.
  const reader = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  const close = () => reader.close();
  signal.addEventListener('abort', close, { once: true });
  const line = new Promise<string | undefined>((resolve) => {
    reader.once('line', resolve).once('close', () => resolve(undefined));
  });
  process.stderr.write(prompt);
  const answer = await line;
  close();
  signal.removeEventListener('abort', close);
  signal.throwIfAborted();
  return answer;
}

export function terminalApprover(view: TerminalView): Approver {
  return {
    async ask(question: Question, signal: AbortSignal): Promise<Answer> {
      if (question.kind === 'call') {
        view.line(`${view.paint('yellow', '?')} ${describeCall(question.tool, question.input, 2_000)}`);
      }
      const what = question.kind === 'plan' ? 'Go ahead with this plan?' : 'Allow this call?';
      return readAnswer(await askLine(`${what} [y]es, [n]o, or say what to change: `, signal));
    },
  };
}

/** Anything but yes and no is a no with its reason. */
export function readAnswer(line: string | undefined): Answer {
  const text = line?.trim() ?? '';
  if (/^y(es)?$/i.test(text)) return { allowed: true };
  return /^(no?)?$/i.test(text) ? { allowed: false } : { allowed: false, reason: text };
}
