// The status of a pipeline as GitLab's pages show it.
import type { CiStatus } from '../world/types.js';

const TEXTS: Record<CiStatus, string> = {
  created: 'Created',
  waiting_for_resource: 'Waiting',
  preparing: 'Preparing',
  pending: 'Pending',
  running: 'Running',
  success: 'Passed',
  failed: 'Failed',
  canceling: 'Canceling',
  canceled: 'Canceled',
  skipped: 'Skipped',
  manual: 'Manual',
  scheduled: 'Delayed',
};

/** `warnings`: it passed, but a job that may fail did. */
export function detailedStatus(status: CiStatus, path: string, warnings = false) {
  const icon = warnings ? 'warning' : status;
  const label = warnings ? 'passed with warnings' : status === 'manual' ? 'manual action' : TEXTS[status].toLowerCase();
  return {
    icon: `status_${icon}`,
    text: warnings ? 'Warning' : TEXTS[status],
    label,
    group: warnings ? 'success-with-warnings' : status.replaceAll('_', '-'),
    tooltip: warnings ? label : TEXTS[status].toLowerCase(),
    has_details: true,
    details_path: path,
    illustration: null,
    favicon: `/assets/ci_favicons/favicon_status_${status}.png`,
  };
}
