export { type CommandPart, sourceOf, type View } from './part.js';
export { type CommandPattern, catches, covers, parseCommandPattern } from './pattern.js';
export { quoteWords } from './quote.js';
export { takeApart } from './take-apart.js';
