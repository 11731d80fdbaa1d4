export { connectionTo, forgetLogin } from './connection-to.js';
export { Consents } from './consents.js';
export { isEnabled, type ServerState, stateOf, switchOff } from './enabled.js';
export { type FoundServer, findServers, projectRoot } from './find.js';
export { type AskAboutServer, questionText, type ServerQuestion } from './question.js';
export { type ThirdPartyOptions, type ThirdPartyPlace, thirdPartyServers } from './servers.js';
export { type Carry, serverEnvironmentVariable } from './stdio.js';
export { fillInWorkspace } from './variables.js';
