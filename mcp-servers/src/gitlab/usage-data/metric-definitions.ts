// list_metric_definitions: entries of a YAML list of megabytes. Only the entries that are shown are parsed.
import * as z from 'zod';
import { checkAnswer } from '../client/answer.js';
import { responseFormat, text, views } from '../toolkit/fields.js';
import { listOutput, pageWithin, pagingInput } from '../toolkit/paging.js';
import { gitlabTool } from '../toolkit/tool.js';

const endpoint = 'GET /usage_data/metric_definitions';

const definition = views(
  { key_path: z.string(), description: text, status: text, value_type: text, time_frame: text, data_source: text },
  {
    product_group: text,
    product_section: text,
    product_stage: text,
    milestone: z.union([z.string(), z.number()]).nullish(),
    introduced_by_url: text,
    tier: z.array(z.string()).nullish(),
    tiers: z.array(z.string()).nullish(),
    data_category: text,
    instrumentation_class: text,
    events: z.array(z.unknown()).nullish(),
    removed_by_url: text,
  },
);

export const listMetricDefinitions = gitlabTool({
  name: 'list_metric_definitions',
  title: 'List metric definitions',
  description: 'What the metrics of usage data mean. `search`: words that the definition holds.',
  effect: 'read',
  endpoints: [endpoint],
  input: z.strictObject({ search: z.string().optional(), ...pagingInput, response_format: responseFormat }),
  output: listOutput('metrics', { key_path: z.string() }),
  async run({ search = '', cursor, limit, response_format }, call) {
    const { text: yaml } = await call.text(endpoint, {});
    const words = search.toLowerCase().split(/\s+/);
    const found = entriesOf(yaml).filter((entry) => words.every((word) => entry.toLowerCase().includes(word)));
    const { items, ...rest } = pageWithin(found, { cursor, limit });
    const { parse } = (await import('yaml')).default;
    const metrics = checkAnswer(endpoint, items.flatMap(leniently(parse)), z.array(definition(response_format)));
    return { about: `metric definitions of ${call.instance}`, data: { metrics, ...rest } };
  },
});

/** What cannot be parsed is none of the metrics, which the check of the answer says. */
function leniently(parse: (text: string) => unknown): (text: string) => unknown {
  return (text) => {
    try {
      return parse(text);
    } catch {
      return text;
    }
  };
}

/** The entries of a block list begin with a dash in the first column; nothing inside of them does. */
function entriesOf(yaml: string): string[] {
  return yaml.split(/^(?=- )/m).filter((entry) => entry.startsWith('- '));
}
