// What a user can type with a slash in front instead of a prompt.
import type { AvailableCommand } from '@agentclientprotocol/sdk';
import { AgentError, explain, isExpected } from '../errors.js';
import type { sessionModes } from '../policy/index.js';
import { files, tellApplied } from './applied.js';
import { exportFile } from './export.js';
import { exportFormats } from './extension.js';
import type { LiveSession } from './live-session.js';
import { reviewOf } from './review.js';
import { costText, statusOf, statusText } from './status.js';

/** What follows: words for the user, a prompt for the agent, or that it goes on. */
export type CommandResult = { said: string } | { prompt: string } | { resume: true };

interface Command {
  description: string;
  /** What may stand behind its name. */
  hint?: string;
  /** Throws AgentError. */
  run(session: LiveSession, rest: string): CommandResult | Promise<CommandResult>;
}

const mode = (id: (typeof sessionModes)[number], description: string): Command => ({
  description,
  hint: 'what to do',
  run({ agent }, rest) {
    agent.setMode(id);
    return rest === '' ? { said: `The mode is ${id} now.` } : { prompt: rest };
  },
});

const commands: Record<string, Command> = {
  plan: mode('plan', 'Write a plan first, and carry it out once you approved it'),
  ask: mode('ask', 'Read and answer only'),
  build: mode('build', 'Work at once; risky commands ask'),
  auto: mode('auto', 'Work on your own; policy decides'),
  changes: {
    description: 'Show what is changed and not applied yet',
    async run(session) {
      const { changes, content } = await reviewOf(session.agent, session.root);
      if (changes.length === 0) return { said: 'Nothing is changed.' };
      session.update({
        sessionUpdate: 'tool_call',
        toolCallId: session.nextId('changes'),
        title: `Changes in ${files(changes.length)}, not applied`,
        kind: 'read',
        status: 'completed',
        content,
      });
      return { said: `${files(changes.length)} changed. /apply writes them to the workspace.` };
    },
  },
  apply: {
    description: 'Write the changes to the workspace',
    hint: 'paths; all without any',
    async run({ agent }, rest) {
      const paths = rest.split(/\s+/).filter((path) => path !== '');
      return { said: tellApplied(await agent.apply(paths.length > 0 ? paths : undefined)) };
    },
  },
  rewind: {
    description: 'Go back to before a prompt: conversation and files',
    hint: 'number of the prompt',
    async run({ agent }, rest) {
      const prompt = promptNumber(rest) ?? agent.session.conversation.prompt;
      await agent.rewind(prompt);
      return { said: '' };
    },
  },
  fork: {
    description: 'Try another way in a new session, from here or from before a prompt',
    hint: 'number of the prompt',
    async run({ agent }, rest) {
      const id = await agent.fork(promptNumber(rest));
      return {
        said: `The new session is ${id}. Open it from the list of sessions, or with "cofferdam sessions resume ${id}".`,
      };
    },
  },
  compact: {
    description: 'Make room: replace the conversation by a summary',
    async run({ agent }) {
      await agent.compact();
      return { said: 'Done.' };
    },
  },
  cost: {
    description: 'What the session has cost',
    run: (session) => ({ said: costText(statusOf(session)) }),
  },
  status: {
    description: 'Where the session stands',
    run: (session) => ({ said: statusText(statusOf(session)) }),
  },
  model: {
    description: 'Show or change the model',
    hint: 'name',
    run({ agent }, rest) {
      if (rest !== '') agent.setModel(rest);
      return { said: `The model is ${agent.modelName}.` };
    },
  },
  resume: {
    description: 'Go on from where it stopped',
    run: () => ({ resume: true }),
  },
  export: {
    description: 'Write the session to a file',
    hint: exportFormats.join(' or '),
    run({ home, id }, rest) {
      const format = exportFormats.find((name) => name === (rest || 'markdown'));
      if (!format)
        throw usage(`${JSON.stringify(rest.slice(0, 50))} is no format.`, `Use ${exportFormats.join(' or ')}.`);
      return { said: `Written to ${exportFile(home, id, format)}.` };
    },
  },
  help: {
    description: 'What there is',
    run: () => ({ said: helpText() }),
  },
};

export function availableCommands(): AvailableCommand[] {
  return Object.entries(commands).map(([name, { description, hint }]) => ({
    name,
    description,
    ...(hint !== undefined && { input: { hint } }),
  }));
}

export interface Typed {
  name: string;
  rest: string;
}

/** Undefined for what is a prompt: `/etc/hosts is wrong` is one. */
export function readCommand(text: string): Typed | undefined {
  const [, name, rest = ''] = /^\s*\/([a-z][a-z-]*)(?:\s+([\s\S]*))?$/i.exec(text) ?? [];
  return name === undefined ? undefined : { name: name.toLowerCase(), rest: rest.trim() };
}

/** What cannot be done is said to the user like an answer. */
export async function runCommand(session: LiveSession, { name, rest }: Typed): Promise<CommandResult> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) return { said: `There is no command /${name}, and nothing was sent to the model.\n\n${helpText()}` };
  try {
    return await command.run(session, rest);
  } catch (error) {
    if (!isExpected(error)) throw error;
    return { said: explain(error) };
  }
}

function helpText(): string {
  const lines = Object.entries(commands).map(
    ([name, { description, hint }]) => `- /${name}${hint === undefined ? '' : ` [${hint}]`}: ${description}`,
  );
  return lines.join('\n');
}

function promptNumber(rest: string): number | undefined {
  if (rest === '') return undefined;
  if (!/^\d{1,6}$/.test(rest))
    throw usage(`${JSON.stringify(rest.slice(0, 50))} is no number of a prompt.`, 'Prompts are numbered from 1.');
  return Number(rest);
}

function usage(message: string, remedy: string): AgentError {
  return new AgentError('usage', message, remedy);
}
