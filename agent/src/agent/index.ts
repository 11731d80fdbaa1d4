export { AgentSession, type AgentSessionOptions, Cancelled } from './agent-session.js';
export type { Asker, CardAnswer } from './always.js';
export { Agents, type AgentsOptions, type NewSession } from './agents.js';
