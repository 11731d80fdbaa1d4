// The one tool that the agent itself offers: the model's plan.
import * as z from 'zod';
import type { ToolInfo } from '../mcp/index.js';
import { planStepSchema } from '../session/index.js';

export const planName = 'update_plan';

export const planInput = z.object({ steps: z.array(planStepSchema).min(1).max(30) });

const { $schema: _, ...inputSchema } = z.toJSONSchema(planInput, { io: 'input' });

export const planTool: ToolInfo = {
  name: planName,
  server: 'cofferdam',
  description:
    'Shows the user your plan: all steps, each with its status. Call it before you change anything, and again whenever a step begins or is done. The user may have to approve the first plan.',
  inputSchema: inputSchema as ToolInfo['inputSchema'],
  readOnly: false,
  outward: false,
};
