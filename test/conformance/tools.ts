// The tools that the suite calls by name, written as every tool of ours is.
import { setTimeout as sleep } from 'node:timers/promises';
import { defineTool, readOnly, type Tool, ToolError, type ToolResult } from '@cofferdam/mcp-servers';
import * as z from 'zod';

type Attachment = NonNullable<ToolResult<unknown>['attachments']>[number];
type Run = Tool['run'];

/** A picture of one pixel, and a WAV file without a sample. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';

const image: Attachment = { type: 'image', data: PNG, mimeType: 'image/png' };
const audio: Attachment = { type: 'audio', data: WAV, mimeType: 'audio/wav' };
const resource = (name: string, mimeType: string, text: string): Attachment => ({
  type: 'resource',
  resource: { uri: `test://${name}`, mimeType, text },
});

const address = z.object({ street: z.string().optional(), city: z.string().optional() }).meta({ id: 'address' });
const none = z.object({});

export const tools: Tool[] = [
  tool('test_simple_text', answers('This is a simple text response for testing.')),
  tool('test_image_content', answers('An image:', image)),
  tool('test_audio_content', answers('A sound:', audio)),
  tool(
    'test_embedded_resource',
    answers('A resource:', resource('embedded-resource', 'text/plain', 'This is an embedded resource content.')),
  ),
  tool(
    'test_multiple_content_types',
    answers(
      'Multiple content types test:',
      image,
      resource('mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
    ),
  ),
  tool('test_error_handling', async () => {
    throw new ToolError('intended', 'This tool intentionally returns an error for testing.', 'Do not mend it.');
  }),
  tool('test_tool_with_progress', telling),
  tool('test_tool_with_logging', telling),
  tool('test_reconnection', answers('The connection may break here.')),
  tool(
    'json_schema_2020_12_tool',
    answers('The schema is what matters.'),
    z.strictObject({ name: z.string().optional(), address: address.optional() }),
  ),
];

function tool(name: string, run: Run, input: z.ZodObject = none): Tool {
  return defineTool({ name, title: name, description: `For ${name}.`, input, annotations: readOnly, run });
}

/** To a client that asks for progress it is progress, to one that set a log level a log message. */
async function telling(...[, { progress }]: Parameters<Run>): ReturnType<Run> {
  for (const message of ['It began.', 'It is half done.', 'It is done.']) {
    progress(message);
    await sleep(50);
  }
  return { text: 'Done.' };
}

function answers(text: string, ...attachments: Attachment[]): Run {
  return async () => ({ text, attachments });
}
