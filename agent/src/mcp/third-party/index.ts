export { Consents } from './consents.js';
export { type FoundServer, findServers, projectRoot } from './find.js';
export type { AskAboutServer, Change, ServerAnswer, ServerQuestion } from './question.js';
export { isDenied, isEnabled, type ThirdPartyOptions, type ThirdPartyPlace, thirdPartyServers } from './servers.js';
export { type Carry, serverEnvironmentVariable } from './stdio.js';
