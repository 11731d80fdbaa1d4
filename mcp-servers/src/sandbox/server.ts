// The keeper of a session's sandbox: opens it, keeps its states, and brings what was accepted to the workspace. For the
// program that drives a model, not for the model.
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { createServer, defineTool, readOnly, type Tool } from '../kit/index.js';
import { asText, readUpTo } from './bounded.js';
import { keeperContract as contract } from './contract.js';
import { type KeeperOptions, SandboxKeeper } from './keeper.js';

const engine = ['the container engine'];
const workspace = ['the container engine', 'the workspace on this machine'];

/** Changes containers and the state folder, and nothing of the user's. */
const keeping: Tool['annotations'] = {
  readOnlyHint: false,
  destructiveHint: false,
  idempotentHint: false,
  openWorldHint: false,
};
const destroying = { ...keeping, destructiveHint: true };

/** One server holds one sandbox; it lets go of it when its client goes away. */
export function createSandboxServer(options: KeeperOptions): Server {
  const keeper = new SandboxKeeper(options);
  const server = createServer({
    name: 'cofferdam-sandbox',
    version: '0.1.0',
    instructions: 'Keeps the sandbox of one session. Call open or attach first.',
    tools: sandboxTools(keeper),
  });
  server.onclose = () => void keeper.detach();
  return server;
}

function sandboxTools(keeper: SandboxKeeper): Tool[] {
  return [
    defineTool({
      name: 'open',
      title: 'Open a sandbox',
      description: 'Copies a workspace and starts containers on the copy.',
      ...contract.open,
      annotations: keeping,
      reaches: workspace,
      async run({ workspace, image }, { signal, progress }) {
        const structured = await keeper.open(workspace, image, { signal, onProgress: progress });
        return { text: `The sandbox ${structured.id} is open.`, structured };
      },
    }),
    defineTool({
      name: 'attach',
      title: 'Attach to a sandbox',
      description: 'Goes on with a sandbox that is there, and starts it again where it stopped.',
      ...contract.attach,
      annotations: { ...keeping, idempotentHint: true },
      reaches: engine,
      async run({ id }) {
        const structured = await keeper.attach(id);
        return { text: `The sandbox ${id} is open.`, structured };
      },
    }),
    defineTool({
      name: 'changes',
      title: 'List changes',
      description: 'What the copy has and the workspace has not.',
      ...contract.changes,
      annotations: readOnly,
      reaches: engine,
      async run({ include_ignored }) {
        const structured = await keeper.changes(include_ignored);
        return { text: structured.changes.map(({ kind, path }) => `${kind} ${path}`).join('\n'), structured };
      },
    }),
    defineTool({
      name: 'patch',
      title: 'Show changes',
      description: 'The changes as a patch for `git apply`.',
      ...contract.patch,
      annotations: readOnly,
      reaches: engine,
      async run({ paths, max_bytes }) {
        const { bytes, more } = await readUpTo(await keeper.sandbox.patch(paths), max_bytes);
        const patch = bytes.toString('utf8');
        return { text: patch, structured: { patch, more } };
      },
    }),
    defineTool({
      name: 'read',
      title: 'Read a file',
      description: 'A file as it is in the copy (new), or as it was (old).',
      ...contract.read,
      annotations: readOnly,
      reaches: engine,
      async run({ path, side, max_bytes }) {
        const content = await readUpTo(await keeper.sandbox.read(path, side), max_bytes);
        const text = asText(content);
        return { text: text ?? 'The file is no text.', structured: { text, more: content.more } };
      },
    }),
    defineTool({
      name: 'apply',
      title: 'Apply changes',
      description: "Writes changes to the user's workspace. What changed there meanwhile is left alone and told.",
      ...contract.apply,
      annotations: destroying,
      reaches: workspace,
      async run({ paths }) {
        const structured = await keeper.sandbox.apply(paths);
        return { text: `Applied ${structured.applied.length} paths.`, structured };
      },
    }),
    defineTool({
      name: 'checkpoint',
      title: 'Keep a checkpoint',
      description: 'Keeps the state of the copy under a name. Nothing that runs is stopped.',
      ...contract.checkpoint,
      annotations: keeping,
      reaches: engine,
      async run({ name }) {
        const { files, bytes } = await keeper.checkpoint(name);
        return { text: `Kept ${files} paths.`, structured: { files, bytes } };
      },
    }),
    defineTool({
      name: 'restore',
      title: 'Go back to a checkpoint',
      description: 'Brings the copy back to the state of that name.',
      ...contract.restore,
      annotations: { ...destroying, idempotentHint: true },
      reaches: engine,
      async run({ name }) {
        const structured = await keeper.restore(name);
        return { text: `Restored ${structured.restored} paths, removed ${structured.removed}.`, structured };
      },
    }),
    defineTool({
      name: 'fork',
      title: 'Fork the sandbox',
      description: 'Opens a further sandbox with the files of a checkpoint.',
      ...contract.fork,
      annotations: keeping,
      reaches: engine,
      async run({ name, checkpoints }, { signal, progress }) {
        const structured = await keeper.fork(name, checkpoints, { signal, onProgress: progress });
        return { text: `The sandbox ${structured.id} is open.`, structured };
      },
    }),
    defineTool({
      name: 'close',
      title: 'Remove the sandbox',
      description: 'Removes containers and volumes; what was not applied is lost.',
      ...contract.close,
      annotations: destroying,
      reaches: engine,
      async run() {
        await keeper.close();
        return { text: 'The sandbox is gone.', structured: {} };
      },
    }),
  ];
}
