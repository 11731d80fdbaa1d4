export { askLine, terminalApprover } from './ask.js';
export { describeChange, showPatch } from './diff.js';
export { TerminalView } from './terminal.js';
export { printable } from './text.js';
