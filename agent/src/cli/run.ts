// Looks at what it was told, starts the agent, and only then loads what speaks to it.
import { startAgent } from './agent-process.js';
import { type Command, checkWritable, existingFolder, parse, usage } from './command.js';
import { isTerminal, readChoices, workHelp, workOptions } from './options.js';

export const command: Command = {
  help: `Usage: cofferdam run ["TASK"] [options]

Has the model do TASK on a copy of the workspace, shows the difference, and applies what you accept. At a terminal you
can go on talking: without TASK it begins with a question, and what you type while it works reaches it at the next step.

  --workspace DIR          the folder to work on (default: this one)
  --model NAME             default: what your policy says
  --image REF              the container image commands run in (default: Cofferdam's own)
${workHelp}

The GitLab project is found from the Git remotes; GITLAB_URL and GITLAB_PROJECT go before them. With GITLAB_URL and
GITLAB_TOKEN the model has GitLab tools, and what it would write there asks first.
Escape stops the current step. Ctrl-C stops in good order and ends; "cofferdam sessions resume" goes on.`,

  async run(argv) {
    const { values, positionals } = parse(argv, {
      workspace: { type: 'string', default: '.' },
      model: { type: 'string' },
      image: { type: 'string' },
      ...workOptions,
    });
    const [text, ...more] = positionals;
    if (text?.trim() === '' || more.length > 0) throw usage('Say what to do as one argument, in quotes.');
    const choices = readChoices(values);
    const workspace = await existingFolder(values.workspace);
    if (choices.summary !== undefined) await checkWritable(choices.summary);
    if (text === undefined && !isTerminal(choices)) throw usage('Say what to do as one argument, in quotes.');
    const agent = startAgent();
    const { begin } = await import('./task.js');
    return begin(agent, { text, workspace, model: values.model, image: values.image, choices });
  },
};
