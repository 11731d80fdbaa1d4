import { openSandbox } from '@cofferdam/sandbox';
import { stateHome } from '../home.js';
import { defaultModel } from '../model/index.js';
import { describeFinding, findProject, readGitLabSettings } from '../project/index.js';
import { createLog, newSessionId, Session } from '../session/index.js';
import { type Command, existingFolder, parse, usage } from './command.js';
import { openFace } from './face.js';
import { interruptible } from './interrupt.js';
import { apiKey, readChoices, work, workOptions } from './work.js';

export const command: Command = {
  help: `Usage: cofferdam run "TASK" [options]

Has the model do TASK on a copy of the workspace, shows the difference, and applies what you accept.

  --workspace DIR          the folder to work on (default: this one)
  --model NAME             default: ${defaultModel}
  --image REF              the container image commands run in (default: Cofferdam's own)
  --approve ask|plan|all   ask before each change to the copy, approve the plan first (default), or never ask
  --apply ask|all|none     what to do with the result (default: ask at a terminal, none elsewhere)
  --json                   one JSON object a line on stdout; asks nothing

Needs ANTHROPIC_API_KEY. The GitLab project is found from the Git remotes; GITLAB_URL and GITLAB_PROJECT go before them.
With GITLAB_URL and GITLAB_TOKEN the model has GitLab tools, and what it would write there asks first.
Ctrl-C stops in good order; "cofferdam sessions resume" goes on.`,

  async run(argv) {
    const { values, positionals } = parse(argv, {
      workspace: { type: 'string', default: '.' },
      model: { type: 'string', default: defaultModel },
      image: { type: 'string' },
      ...workOptions,
    });
    const [task, ...more] = positionals;
    if (!task?.trim() || more.length > 0) throw usage('Say what to do as one argument, in quotes.');
    const workspace = await existingFolder(values.workspace);
    const face = openFace(values.json);
    const choices = readChoices(values, face);
    apiKey();
    const settings = readGitLabSettings(process.env);
    const home = stateHome();
    const { model, image } = values;

    return interruptible(async (signal) => {
      const finding = findProject({ folder: workspace, settings, env: process.env });
      const sandbox = await openSandbox({
        workspace,
        home,
        signal,
        ...(image !== undefined && { image }),
        onProgress: (message) => face.view.line(face.view.paint('dim', message)),
        onWarning: (message) => face.view.line(face.view.paint('yellow', message)),
      });
      try {
        const found = await finding;
        if (found.kind !== 'found') face.view.line(face.view.paint('dim', describeFinding(found)));
        const project = found.kind === 'found' ? found.project : undefined;
        const sessionId = newSessionId();
        const session = new Session(createLog(home, sessionId), face.event);
        try {
          session.record({ kind: 'session', version: 1, id: sessionId, workspace, model, ...(project && { project }) });
          session.record({ kind: 'sandbox', id: sandbox.id });
          session.record({ kind: 'message', from: 'user', text: task });
          return await work({ ...choices, session, sessionId, sandbox, model, home, face, signal });
        } finally {
          session.close();
        }
      } finally {
        await sandbox.detach();
      }
    });
  },
};
