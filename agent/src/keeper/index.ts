export { connectKeeper } from './connect.js';
export type { ApplyReport, ChangeSet, Keeper } from './keeper.js';
