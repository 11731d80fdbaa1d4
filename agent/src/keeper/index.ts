export { connectKeeper, KeeperError } from './connect.js';
export type { ApplyReport, ChangeSet, Keeper, OpenedSandbox } from './keeper.js';
