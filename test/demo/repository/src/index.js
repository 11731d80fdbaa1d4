export { formatShares } from './format.js';
export { splitBill } from './split.js';
