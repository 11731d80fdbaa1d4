export { estimateText } from './estimate.js';
export { Room } from './room.js';
