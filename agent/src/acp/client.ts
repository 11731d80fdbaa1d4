// What is known of the client at the other end.
import type { ClientCapabilities } from '@agentclientprotocol/sdk';
import { metaKeys } from './extension.js';

export interface ClientTraits {
  /** Takes `_cofferdam/event`. */
  events: boolean;
  /** Shows a command's output as a terminal from `_meta`, as Zed does: terminal_info, terminal_output, terminal_exit. */
  terminalOutput: boolean;
  /** Shows notices beside the conversation. */
  notices: boolean;
}

export const plainClient: ClientTraits = { events: false, terminalOutput: false, notices: false };

export function traitsOf(capabilities: ClientCapabilities | undefined): ClientTraits {
  const { _meta: meta, session } = capabilities ?? {};
  return {
    events: meta?.[metaKeys.events] === true,
    terminalOutput: meta?.['terminal_output'] === true,
    notices: session?.notices !== undefined && session.notices !== null,
  };
}
