// Gathers what a context needs to know before the first request.
import { Context } from './context.js';
import { projectFacts } from './facts/index.js';
import { refixed } from './fixed-fence.js';
import { describeInstructions, describeUserRules, foldersOf, instructionsIn, userRules } from './instructions/index.js';
import { keptOr } from './kept.js';
import type { ContextOptions } from './options.js';
import { describeSkills, findSkills } from './skills/index.js';
import { serverSection, sessionPrompt, stablePrompt } from './system-prompt.js';
import { workspaceOf } from './workspace/index.js';

/** Reads what the system prompt says about user and workspace. Throws `settings-damaged` where the user's rules cannot be read. */
export async function openContext(options: ContextOptions): Promise<Context> {
  const { session, toolbox, home, folder, patience, onProgress = () => {} } = options;
  const workspace = options.workspace ?? workspaceOf(toolbox, new AbortController().signal);
  const folders = ['', ...foldersOf(folder, { itself: true })];
  const [{ secret, facts }, rules, skills, ...found] = await Promise.all([
    keptOr(session.folder, () => projectFacts(workspace, { folder, ...(patience !== undefined && { patience }) })),
    userRules(home),
    findSkills(home, workspace, onProgress),
    ...folders.map((one) => instructionsIn(workspace, one)),
  ]);
  const instructions = found.flatMap((file) => file ?? []);
  const isOurs = (server: string) => toolbox.tools.some((tool) => tool.server === server && tool.ours);
  const sections = [
    facts,
    ...(rules === undefined ? [] : [describeUserRules(rules)]),
    ...(instructions.length === 0 ? [] : [describeInstructions(instructions, secret)]),
    ...(skills.length === 0 ? [] : [describeSkills(skills)]),
    ...toolbox.instructions
      .filter(({ server }) => !isOurs(server))
      .map(({ server, text }) => serverSection({ server, text: refixed(text, secret) })),
  ];
  const { project, mode: current } = session.conversation;
  const mode = session.facts.start?.mode ?? current;
  return new Context(options, {
    workspace,
    skills,
    known: folders,
    outside: instructions.map(({ path }) => path),
    system: [
      stablePrompt(toolbox.instructions.filter(({ server }) => isOurs(server))),
      sessionPrompt({ mode, folder, project, sections }),
    ],
  });
}
