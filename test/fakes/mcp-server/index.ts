export { FakeMcpServer } from './server.js';
