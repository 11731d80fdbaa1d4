export { type ServerOptions, serveClient } from './server.js';
