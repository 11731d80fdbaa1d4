import * as z from 'zod';
import { clip } from '../../untrusted/index.js';
import { responseFormat, text } from '../toolkit/fields.js';
import { gitlabTool } from '../toolkit/tool.js';
import { checkIncludes, isInside } from './includes.js';

const longest = 60_000;
const itsOwn = 'GET /projects/:id/ci/lint';
const given = 'POST /projects/:id/ci/lint';

const outside =
  'The merged YAML is not shown: it holds files of projects that this server is not bound to. "projects" under "gitlab:" in the user\'s policy file would open them.';

const answer = z.object({
  valid: z.boolean(),
  errors: z.array(z.string()).nullish(),
  warnings: z.array(z.string()).nullish(),
  jobs: z.array(z.object({ name: z.string(), stage: text, when: text })).nullish(),
  includes: z
    .array(
      z.object({
        type: text,
        location: text,
        context_project: text,
        extra: z.object({ project: text }).nullish(),
      }),
    )
    .nullish(),
  merged_yaml: text,
});

export const ciLinter = gitlabTool({
  name: 'ci_linter',
  title: 'Check CI configuration',
  description:
    "Checks `content`, else the project's CI file at `ref`. dry_run: also whether a pipeline on `ref` would have jobs. detailed: the merged YAML.",
  effect: 'read',
  endpoints: [itsOwn, given],
  input: z.strictObject({
    content: z.string().min(1).optional(),
    ref: z.string().optional(),
    project: z.string().optional(),
    dry_run: z.boolean().default(false),
    response_format: responseFormat,
  }),
  output: z.looseObject({ valid: z.boolean(), errors: z.array(z.string()), warnings: z.array(z.string()) }),
  async run({ content, ref, project, dry_run, response_format }, call) {
    const id = await call.project(project);
    if (content !== undefined) await checkIncludes(content, call);
    const wanted = { dry_run, include_jobs: true };
    const { errors, warnings, merged_yaml, ...found } =
      content === undefined
        ? await call.get(
            itsOwn,
            { params: { id }, query: { ...wanted, content_ref: ref, dry_run_ref: dry_run ? ref : undefined } },
            answer,
          )
        : await call.post(
            given,
            { params: { id }, body: { ...wanted, content, ref: dry_run ? ref : undefined } },
            answer,
          );
    const merged = response_format === 'detailed' ? merged_yaml : undefined;
    const withheld = merged && !(await isInside(found.includes, call));
    return {
      about: content === undefined ? `CI file of ${id.id}` : `CI configuration checked in ${id.id}`,
      data: {
        ...found,
        errors: errors ?? [],
        warnings: warnings ?? [],
        ...(merged && !withheld && { merged_yaml: clip(merged, longest) }),
      },
      source: true,
      ...(withheld && { note: outside }),
    };
  },
});
