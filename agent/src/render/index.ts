export { askLine, terminalApprover } from './ask.js';
export { describeEvent } from './audit-event.js';
export { sessionMarkdown } from './audit-report.js';
export { describeChange, showPatch } from './diff.js';
export { TerminalView } from './terminal.js';
export { printable } from './text.js';
