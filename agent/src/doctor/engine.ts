// A container engine answers; on Debian and Ubuntu it can be installed and started.
import { connectEngine, SandboxError } from '@cofferdam/sandbox';
import type { Check } from './check.js';
import { canInstallEngine, installEngine, isDebian } from './install-engine.js';

export const engineCheck: Check = {
  name: 'Container engine',
  async look() {
    try {
      const { kind, version, endpoint } = await connectEngine();
      return { state: 'ok', detail: `${kind} ${version} at ${endpoint}` };
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      return { state: 'problem', detail: error.message, remedy: canInstallEngine() ? mendAll : remedy(error) };
    }
  },
  get mend() {
    return canInstallEngine() ? installEngine : undefined;
  },
};

const mendAll = 'cofferdam doctor --fix';

function remedy(error: SandboxError): string {
  if (process.env['DOCKER_HOST'] || process.env['DOCKER_CONTEXT'] || !error.message.includes('no such socket')) {
    return error.remedy;
  }
  if (isDebian()) return 'sudo apt-get install -y docker.io && sudo usermod -aG docker "$USER" && newgrp docker';
  if (process.platform === 'darwin') return 'brew install --cask docker && open -a Docker';
  if (process.platform === 'win32') return 'winget install Docker.DockerDesktop';
  return 'Install Docker: https://docs.docker.com/engine/install/';
}
