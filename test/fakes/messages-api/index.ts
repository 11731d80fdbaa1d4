export { gate } from './gate.js';
export { tokensOf } from './prompt-cache.js';
export {
  call,
  calls,
  fail,
  type MessagesRequest,
  type Reply,
  say,
  silence,
  type Turn,
  toolResults,
} from './script.js';
export { type MessagesApi, startMessagesApi } from './server.js';
