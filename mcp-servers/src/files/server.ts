// The files server: reading, searching and changing the files below one folder.
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { createServer, type Tool } from '../kit/index.js';
import { deleteTool } from './delete.js';
import { editFileTool } from './edit.js';
import { explain } from './errors.js';
import { globTool } from './glob.js';
import { grepTool } from './grep.js';
import { listDirectoryTool } from './list.js';
import { makeDirectoryTool } from './make-directory.js';
import { moveTool } from './move.js';
import { readFileTool } from './read.js';
import { Root } from './root.js';
import { statTool } from './stat.js';
import { treeTool } from './tree.js';
import { writeFileTool } from './write.js';

const instructions = `Files below one folder. Paths are relative to it, with slashes; results are too. A name in
"double quotes" is a JSON string, because it holds unusual characters: use what is between the quotes as it is.
Find with glob, grep and tree, read with read_file, change with edit_file. Nothing outside of the folder, and no .git
folder, can be reached.`.replaceAll('\n', ' ');

/** The server for the folder `root`, which must exist. Nothing outside of it is read or written. */
export function createFilesServer({ root }: { root: string }): Server {
  const folder = new Root(root);
  const tools = [
    readFileTool,
    writeFileTool,
    editFileTool,
    listDirectoryTool,
    treeTool,
    globTool,
    grepTool,
    moveTool,
    deleteTool,
    makeDirectoryTool,
    statTool,
  ].map((make) => withFileErrors(make(folder)));
  return createServer({ name: 'files', version: '0.1.0', instructions, tools });
}

/** Every tool may meet what the file system refuses. */
function withFileErrors(tool: Tool): Tool {
  return {
    ...tool,
    async run(input, context) {
      try {
        return await tool.run(input, context);
      } catch (error) {
        throw explain(error, String(input['path'] ?? `${input['from']} or ${input['to']}`));
      }
    },
  };
}
