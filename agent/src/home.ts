// Where state lives.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** `COFFERDAM_HOME`, else the platform's folder for application data. */
export function stateHome(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  if (env['COFFERDAM_HOME']) return resolve(env['COFFERDAM_HOME']);
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'cofferdam');
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'cofferdam');
  return join(env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'cofferdam');
}
