// Where a person is asked.
import type { TerminalView } from '../render/index.js';
import type { Console } from './console.js';

export interface Desk {
  console: Console;
  view: TerminalView;
}
