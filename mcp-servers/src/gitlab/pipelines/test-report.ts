// get_test_report: how many tests passed, and what those said that did not.
import * as z from 'zod';
import { clip, reveal } from '../../untrusted/index.js';
import { pipelineLookup, pipelineNamed } from '../toolkit/ci.js';
import { number, text } from '../toolkit/fields.js';
import { pageWithin, pagingInput, readOn } from '../toolkit/paging.js';
import { type Data, render, tidy } from '../toolkit/render.js';
import { gitlabTool } from '../toolkit/tool.js';

const summaryEndpoint = 'GET /projects/:id/pipelines/:pipeline_id/test_report_summary';
const reportEndpoint = 'GET /projects/:id/pipelines/:pipeline_id/test_report';

/** To a thousandth. */
const seconds = number.transform((value) => (value ? Math.round(value * 1000) / 1000 : value));

const summary = z.object({
  total: z.object({
    count: number.transform((count) => count ?? 0),
    success: number,
    failed: number,
    error: number,
    skipped: number,
    time: seconds,
  }),
  test_suites: z.array(
    z
      .object({ name: z.string(), total_count: number, failed_count: number, error_count: number, suite_error: text })
      .transform(({ name, total_count, failed_count, error_count, suite_error }) => ({
        name,
        count: total_count,
        failed: failed_count,
        error: error_count,
        suite_error,
      })),
  ),
});

/** Test runners report text, or objects of their own. */
const output = z.unknown().transform((said) => (typeof said === 'string' ? said : said ? JSON.stringify(said) : ''));

const report = z.object({
  test_suites: z.array(
    z.object({
      name: z.string(),
      test_cases: z.array(
        z.object({
          status: z.string(),
          name: z.string(),
          classname: text,
          file: text,
          execution_time: seconds,
          system_output: output,
          stack_trace: output,
        }),
      ),
    }),
  ),
});

type Case = z.output<typeof report>['test_suites'][number]['test_cases'][number] & { suite: string };

const shown = {
  failed: ['failed', 'error'],
  skipped: ['skipped'],
  success: ['success'],
  all: ['failed', 'error', 'skipped', 'success'],
} as const;

/** Characters of all outputs together: the fewer cases, the more of each. */
const longest = 50_000;

export const getTestReport = gitlabTool({
  name: 'get_test_report',
  title: 'Get test report',
  description: 'Totals of the tests of a pipeline, and its failed cases with their output. `search`: in names.',
  effect: 'read',
  endpoints: [summaryEndpoint, reportEndpoint, ...pipelineLookup],
  input: z.strictObject({
    pipeline: z.string(),
    project: z.string().optional(),
    show: z.enum(['summary', 'failed', 'skipped', 'success', 'all']).default('failed'),
    search: z.string().optional(),
    ...pagingInput,
  }),
  output: z.looseObject({
    total: z.looseObject({ count: z.int() }),
    cases: z.array(z.looseObject({ name: z.string(), status: z.string() })),
    next_cursor: z.string().optional(),
  }),
  async run({ pipeline, project, show, search, cursor, limit }, call) {
    const { place, id } = await pipelineNamed(call, pipeline, { project });
    const params = { id: place, pipeline_id: id };
    const about = `test report of pipeline ${id} of ${place.id}`;
    const { total, test_suites: suites } = await call.get(summaryEndpoint, { params }, summary);
    const data = { total, suites };
    const nothingFailed = !total.failed && !total.error;
    if (total.count === 0) return { about, data: { ...data, cases: [] }, note: noReport };
    // The report may be very long: not asked for where the summary says all.
    if (show === 'summary' || (show === 'failed' && nothingFailed)) return { about, data: { ...data, cases: [] } };
    const { test_suites } = await call.get(reportEndpoint, { params }, report);
    const wanted = test_suites
      .flatMap(({ name, test_cases }) => test_cases.map((one): Case => ({ suite: name, ...one })))
      .filter(({ status }) => (shown[show] as readonly string[]).includes(status))
      .filter((one) => search === undefined || nameOf(one).toLowerCase().includes(search.toLowerCase()));
    const { items, ...rest } = pageWithin(wanted, { cursor, limit });
    const room = Math.floor(longest / Math.max(1, items.length));
    const cases = items.map((one) => bounded(one, room));
    return {
      about,
      data: { ...data, cases, ...rest },
      text: reveal([render(tidy(data, { rendered: false }) as Data), ...cases.map(describe)].join('\n'), {
        rendered: false,
      }),
      source: true,
      note: readOn(rest),
    };
  },
});

const noReport =
  'There are no test results: the jobs have not uploaded any yet, or do not declare artifacts:reports:junit.';

/** Characters of a name: some test runners put the data of a case into it. */
const longestName = 500;

/** What a case said, as far as there is room. */
function bounded({ system_output, stack_trace, ...one }: Case, room: number) {
  const said = reveal([system_output, stack_trace].filter(Boolean).join('\n'), { rendered: false });
  return {
    ...one,
    name: clip(one.name, longestName),
    output: clip(said, room, 'call again with search for this test'),
  };
}

function describe({ status, file, execution_time, output, ...one }: ReturnType<typeof bounded>): string {
  const facts = [file, execution_time ? `${execution_time} s` : ''].filter(Boolean).join(', ');
  const head = `=== ${status}: ${nameOf(one)}${facts && ` (${facts})`}`;
  return output ? `${head}\n${output}` : head;
}

function nameOf({ suite, classname, name }: Pick<Case, 'suite' | 'classname' | 'name'>): string {
  return [suite, classname, name].filter(Boolean).join(' > ');
}
