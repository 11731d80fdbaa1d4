export { serveClient } from './server.js';
