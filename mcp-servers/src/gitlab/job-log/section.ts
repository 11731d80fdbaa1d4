// Sections of a log: `section_start:<unix time>:<name>[options]\r\e[0K` ... `section_end:<unix time>:<name>\r\e[0K`.
export interface Section {
  name: string;
  /** The text beside its start. */
  title: string;
  depth: number;
  /** Numbers of lines; `lastLine` is less than `firstLine` where it holds none. */
  firstLine: number;
  lastLine: number;
  /** Null where it never ended: the job still runs, or was cut off. */
  seconds: number | null;
}

/** A job may open as many as it likes. */
const maxSections = 500;
const maxDepth = 20;

interface Open {
  section: Section;
  startedAt: number;
}

/** Follows the markers through a log. */
export class SectionTracker {
  /** The first ones, in the order of their start. */
  readonly found: Section[] = [];
  path: readonly string[] = [];
  #open: Open[] = [];

  start(name: string, time: number, nextLine: number): void {
    if (this.#open.length === maxDepth) return;
    const section = {
      name,
      title: '',
      depth: this.#open.length,
      firstLine: nextLine,
      lastLine: nextLine - 1,
      seconds: null,
    };
    this.#open.push({ section, startedAt: time });
    if (this.found.length < maxSections) this.found.push(section);
    this.#update();
  }

  /** Ends the sections inside it too. An end without a start means nothing. */
  end(name: string, time: number): void {
    const index = this.#open.findLastIndex(({ section }) => section.name === name);
    if (index < 0) return;
    for (const { section, startedAt } of this.#open.splice(index)) section.seconds = Math.max(0, time - startedAt);
    this.#update();
  }

  line(number: number, text: string): void {
    for (const { section } of this.#open) {
      if (number === section.firstLine) section.title = text.slice(0, 200);
      section.lastLine = number;
    }
  }

  #update(): void {
    this.path = this.#open.map(({ section }) => section.name);
  }
}
