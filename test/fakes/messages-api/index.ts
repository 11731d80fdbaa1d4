export {
  call,
  calls,
  fail,
  type Reply,
  say,
  type Turn,
  toolResults,
} from './script.js';
export { type MessagesApi, startMessagesApi } from './server.js';
