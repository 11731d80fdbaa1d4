// What the model was told in passing and still has before it: read from the conversation, so that it survives a resume.
// Nothing from outside can stand in for it: results are blocks of another type, attachments are fenced.
import type { Conversation, Session } from '../session/index.js';

type Mode = Conversation['mode'];

export const modeNote = (mode: Mode): string => `[Cofferdam] The mode is now ${mode}.`;

export const nestedNote = (path: string): string =>
  `[Cofferdam] The repository's instructions for the folder of ${JSON.stringify(path)}; they rank like those at its root.`;

const modes = new Map((['ask', 'plan', 'build', 'auto'] as const).map((mode) => [modeNote(mode), mode]));

interface State {
  mode: Mode;
  /** The first lines of all that was said. */
  notes: Set<string>;
}

export class Told {
  readonly #session: Session;
  #conversation: Conversation | undefined;
  #state: State = { mode: 'plan', notes: new Set() };

  constructor(session: Session) {
    this.#session = session;
  }

  get mode(): Mode {
    return this.#current().mode;
  }

  set mode(mode: Mode) {
    this.#current().mode = mode;
  }

  /** True the first time; then it has to be told. */
  isNews(note: string): boolean {
    const { notes } = this.#current();
    if (notes.has(note)) return false;
    notes.add(note);
    return true;
  }

  /** Call when the conversation was replaced by its record. */
  replaced(): void {
    this.#conversation = undefined;
  }

  #current(): State {
    const { conversation, facts } = this.#session;
    if (conversation !== this.#conversation) {
      this.#conversation = conversation;
      this.#state = stateOf(conversation, facts.start?.mode ?? conversation.mode);
    }
    return this.#state;
  }
}

function stateOf({ messages }: Conversation, start: Mode): State {
  const said = messages.flatMap(({ role, content }) => (role === 'user' ? content : []));
  const lines = said.flatMap((block) => (block.type === 'text' ? [block.text.split('\n', 1)[0] ?? ''] : []));
  return { mode: lines.reduce<Mode>((mode, line) => modes.get(line) ?? mode, start), notes: new Set(lines) };
}
