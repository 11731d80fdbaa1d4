// Puts a question to the user and keeps the answer.
import type { Answer, Approver, Question } from '../policy/index.js';
import type { OpenCall, Session } from '../session/index.js';

interface Asking {
  session: Session;
  approver: Approver;
  signal: AbortSignal;
}

/** `objection` is a clause for the model. */
export type Verdict = { allowed: true; answer: Answer } | { allowed: false; objection: string };

export async function askUser(
  { session, approver, signal }: Asking,
  call: OpenCall,
  question: Question,
): Promise<Verdict> {
  let answer: Answer;
  try {
    answer = await approver.ask(question, signal);
  } catch (error) {
    if (signal.aborted) return { allowed: false, objection: 'the user interrupted.' };
    throw error;
  }
  if (answer.plan) session.record({ kind: 'plan', steps: [...answer.plan], by: 'user' });
  const { allowed, reason, remembered } = answer;
  session.record({
    kind: 'approval',
    subject: call.id,
    tool: call.tool,
    allowed,
    ...(reason !== undefined && { reason }),
    ...(remembered !== undefined && { remembered }),
  });
  if (allowed) return { allowed, answer };
  return { allowed, objection: reason ? `the user said no: ${reason}` : 'the user said no.' };
}
