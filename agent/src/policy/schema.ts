// The policy file.
import * as z from 'zod';
import { pathArguments } from './paths.js';
import { commandTools } from './subject.js';

const maxRule = 2_000;
const maxRules = 2_000;
const text = z.string().trim().min(1).max(maxRule);

const scalar = z.union([z.string().max(maxRule), z.number(), z.boolean()]).transform(String);

const detail = z
  .union([scalar, z.record(text, scalar)], 'must be text, or argument names with their values')
  .meta({ id: 'detail' });

/** A map of one pair, which is how YAML reads `commands.run_command: npm test`. */
const detailedRule = z
  .record(text, detail)
  .refine((entry) => Object.keys(entry).length === 1, 'must be one rule: put each on a line of its own')
  .describe('SERVER.TOOL: a command, a path, or arguments; host: a name');

const rule = z
  .union(
    [
      text.describe('SERVER.TOOL, SERVER.*, or a whole rule such as "commands.run_command: npm test" in quotes'),
      detailedRule,
    ],
    'must be a rule such as "gitlab.create_note" or "commands.run_command: npm test"',
  )
  .meta({ id: 'rule' });

const rules = z.array(rule).max(maxRules).nullish();

/** YAML 1.2 knows no `5_000_000`; people write it nevertheless. */
const count = z
  .union(
    [
      z.int(),
      z
        .string()
        .regex(/^\d[\d_]*$/)
        .transform((digits) => Number(digits.replaceAll('_', ''))),
    ],
    'must be a whole number',
  )
  .pipe(z.int().positive());
const amount = z.number('must be a number').positive();

const limits = z.strictObject({
  turns: count.optional().describe('Answers of the model in one run; default 200'),
  tokens: count
    .optional()
    .describe('Tokens in and out in one run, without those read from the cache; default 5,000,000'),
  minutes: amount.optional().describe('Minutes that a run may take; default 240'),
  money: amount.optional().describe('US dollars that a session may cost; default: no limit'),
});

const model = z.strictObject({
  allow: z.array(text).nullish().describe('Names of models; * stands for any text'),
  default: text.optional().describe('The model where none is asked for'),
});

const name = z.union([z.string().min(1), z.int().positive()]).transform(String);
const gitlab = z.strictObject({
  projects: z.array(name).optional().describe('Further projects by path or number'),
  groups: z.array(name).optional().describe('Groups: all projects below them, their epics, search in them'),
  instance: z.boolean().optional().describe('Everything that the token may see'),
  quick_actions: z
    .array(z.string().regex(/^\/?\w+$/))
    .optional()
    .describe('Quick actions that texts for GitLab may hold'),
});

const servers = z.record(text, z.enum(['allow', 'deny'])).describe('Third-party servers by name; "*" for all others');

export const policyFileSchema = z
  .strictObject({
    allow: rules.describe('Calls that run without a question'),
    ask: rules.describe('Calls that ask each time'),
    deny: rules.describe('Calls that are never made'),
    limits: limits.nullish(),
    model: model.nullish(),
    gitlab: gitlab.nullish().describe('How far the GitLab tools reach beyond the one project'),
    servers: servers.nullish(),
  })
  .describe("What Cofferdam's agent may do");

export type PolicyFile = z.infer<typeof policyFileSchema>;
export type RuleEntry = NonNullable<PolicyFile['allow']>[number];

/** Every key that a file or one of its sections may have, to guess what a wrong one was meant to be. */
export const knownKeys = [policyFileSchema, limits, model, gitlab].flatMap((schema) => Object.keys(schema.shape));

/** The schema for editors, which offer what stands in `properties` while one types. */
export function policyJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(policyFileSchema, {
    io: 'input',
    target: 'draft-7',
    override({ zodSchema, jsonSchema }) {
      if (zodSchema !== detailedRule) return;
      jsonSchema.minProperties = 1;
      jsonSchema.maxProperties = 1;
      const { additionalProperties: value } = jsonSchema;
      jsonSchema.properties = Object.fromEntries(
        detailedNames.map(([name, description]) => [
          name,
          { description, allOf: typeof value === 'object' ? [value] : [] },
        ]),
      );
    },
  });
  return { $schema, title: 'Policy of Cofferdam', ...schema };
}

const detailedNames = [
  ...['commands.*', ...commandTools.map((tool) => `commands.${tool}`)].map((name) => [
    name,
    'A command: npm run test:* **',
  ]),
  ...['files.*', 'git.*', ...Object.keys(pathArguments)].map((name) => [name, 'A path: src/**']),
  ['host', 'A host: example.org, or *.example.org for all below it'],
] as const;
