// `cofferdam policy`

import { stateHome } from '../home.js';
import {
  describeDecision,
  describeKnownCommands,
  describePolicy,
  describeSource,
  forget,
  loadPolicy,
  policyJsonSchema,
  remember,
  type SessionMode,
  sessionModes,
  type Verdict,
} from '../policy/index.js';
import { printable } from '../render/index.js';
import {
  type Command,
  dispatch,
  existingFolder,
  exitCode,
  oneOf,
  parse,
  print,
  printJson,
  say,
  usage,
} from './command.js';
import { callFrom, misnamed } from './policy-call.js';

export const command: Command = {
  help: `Usage: cofferdam policy SUBCOMMAND

  check "CALL" [--mode MODE] [--workspace DIR] [--based-on TEXT]... [--json]
                           what would happen to a call, and which line decides
  show [--workspace DIR] [--defaults] [--json]
                           what holds, with the file and line of each rule; --defaults adds the known commands
  allow|ask|deny "RULE"    writes a rule into your own policy
  forget "RULE"            takes it out again
  schema                   the JSON schema of policy files, for editors

CALL   npm test; curl x                          a command
       commands.start_command: npm run dev       a tool of Cofferdam's, with its command or path
       files.edit_file: src/a.ts
       gitlab.create_note
       weather.get_forecast: { city: Berlin }    a third party's
       host: registry.example.org                a connection out of the sandbox
RULE   the same, with * for a word or a name, ** for any words or folders: commands.run_command: npm run lint **
MODE   ${sessionModes.join(', ')} (default: auto)

check exits with 0 for allow, 1 for deny, 3 for ask. A policy that cannot be used denies everything: exit code 1, and
the file, the line and the reason on stderr. docs/policy.md says more.`,

  run: (argv) => dispatch(argv, { check, show, allow, ask, deny, forget: take, schema }),
};

const exitCodes: Record<Verdict, number> = { allow: exitCode.done, deny: exitCode.failed, ask: 3 };

async function check(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv, {
    mode: { type: 'string', default: 'auto' },
    workspace: { type: 'string', default: '.' },
    'based-on': { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean' },
  });
  const mode: SessionMode = oneOf('--mode', values.mode, sessionModes);
  const call = await callFrom(onlyOne(positionals, 'the call'));
  const policy = await openPolicy(values.workspace);
  const decision = policy.decide(call, { mode, planApproved: false, basedOn: values['based-on'] });
  if (values.json) printJson(decision);
  else await print(printable(describeDecision(decision)));
  return exitCodes[decision.verdict];
}

async function show(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv, {
    workspace: { type: 'string', default: '.' },
    defaults: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  if (positionals.length > 0) throw usage('show takes no call; "check" does.');
  const policy = await openPolicy(values.workspace);
  const { limits, model, gitlab, servers, layers } = policy;
  const rules = layers.flatMap((layer) => layer.rules.map(({ source }) => source));
  if (values.json) {
    printJson({
      files: layers.map(({ layer, file }) => ({ layer, file })),
      rules,
      limits,
      model: model.default,
      gitlab,
      servers,
    });
  } else {
    await print(printable(describePolicy(policy)));
    if (values.defaults) await print(`\n${describeKnownCommands()}`);
  }
  for (const { rule, why } of await misnamed(rules)) say(`${describeSource(rule)}: ${why}`);
  return exitCode.done;
}

const allow = (argv: string[]) => write('allow', argv);
const ask = (argv: string[]) => write('ask', argv);
const deny = (argv: string[]) => write('deny', argv);

async function write(verdict: Verdict, argv: string[]): Promise<number> {
  const rule = onlyOne(parse(argv, {}).positionals, 'the rule');
  await refuseMisnamed(rule);
  const { file, change } = await remember(stateHome(), { verdict, rule });
  const did = { added: 'Written to', moved: 'Moved within', none: 'Stands already in' }[change];
  await print(printable(`${did} ${file}: ${verdict} ${rule}`));
  return exitCode.done;
}

async function refuseMisnamed(text: string): Promise<void> {
  const [found] = await misnamed([{ text }]);
  if (found) throw usage(`${text}: ${found.why}`);
}

async function take(argv: string[]): Promise<number> {
  const rule = onlyOne(parse(argv, {}).positionals, 'the rule');
  const { file, verdicts } = await forget(stateHome(), rule);
  if (verdicts.length === 0) {
    say(`${file} has no rule ${rule}. "cofferdam policy show" prints those that hold.`);
    return exitCode.failed;
  }
  await print(printable(`Taken out of ${file}: ${verdicts.join(', ')} ${rule}`));
  return exitCode.done;
}

async function schema(argv: string[]): Promise<number> {
  if (parse(argv, {}).positionals.length > 0) throw usage('schema takes no argument.');
  await print(JSON.stringify(policyJsonSchema(), null, 2));
  return exitCode.done;
}

async function openPolicy(workspace: string) {
  return loadPolicy({ home: stateHome(), workspace: await existingFolder(workspace), env: process.env });
}

function onlyOne([first, ...more]: readonly string[], what: string): string {
  if (first === undefined || first.trim() === '' || more.length > 0)
    throw usage(`Give ${what} as one argument, in quotes.`);
  return first;
}
