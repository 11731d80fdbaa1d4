// The statuses of pipelines and jobs, and how requests name them.
import * as z from 'zod';

export const STATUSES = [
  'created',
  'waiting_for_resource',
  'preparing',
  'waiting_for_callback',
  'pending',
  'running',
  'success',
  'failed',
  'canceling',
  'canceled',
  'skipped',
  'manual',
  'scheduled',
] as const;

/** `scope=failed` or `scope[]=failed&scope[]=canceled`. */
export const jobScope = z
  .preprocess(
    (value) => (typeof value === 'string' ? [value] : Array.isArray(value) ? value : Object.values(value ?? {})),
    z.array(z.string()).refine((values) => values.every(isStatus), 'does not have a valid value'),
  )
  .optional();

const isStatus = (value: string): boolean => STATUSES.some((status) => status === value);
