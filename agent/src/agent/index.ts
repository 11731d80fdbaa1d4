export { AgentSession } from './agent-session.js';
export { Agents, type Driver, type NewSession } from './agents.js';
export { argumentsMethod, startAhead } from './ahead.js';
export type { Asker, CardAnswer } from './always.js';
export type { Workbench } from './workbench.js';
