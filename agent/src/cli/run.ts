import { stateHome } from '../home.js';
import { type Command, existingFolder, exitCode, parse, usage } from './command.js';
import { type Face, openFace } from './face.js';
import { readChoices, workHelp, workOptions } from './options.js';
import { checkWritable, withAgent, work } from './work.js';

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
    const [task, ...more] = positionals;
    if (task?.trim() === '' || more.length > 0) throw usage('Say what to do as one argument, in quotes.');
    const choices = readChoices(values);
    const workspace = await existingFolder(values.workspace);
    if (choices.summary !== undefined) await checkWritable(choices.summary);
    const face = openFace(choices);
    if (task === undefined && !face.console) {
      throw usage('Say what to do as one argument, in quotes.');
    }
    const { model, image } = values;
    const { mode, limits } = choices;
    return withAgent(face, async (client, signal) => {
      const text = task ?? (await firstWords(face, signal));
      if (text === undefined) return exitCode.done;
      const session = await client.begin({ workspace, mode, model, image, limits });
      return work({ client, session, first: { text }, face, choices, home: stateHome(), signal });
    });
  },
};

async function firstWords({ console, view }: Face, signal: AbortSignal): Promise<string | undefined> {
  view.note('Say what to do. Escape stops a step, Ctrl-C stops and ends, Ctrl-D ends.');
  for (;;) {
    const line = await console?.listen(signal);
    if (line === undefined) return undefined;
    if (line.trim() === '') continue;
    view.said(line);
    return line;
  }
}
