// Tool servers as child processes, over their standard streams. Not the SDK's own transport, because that starts its
// process itself.
import { ReadBuffer, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { ServerConnection } from './connection.js';
import { isRunning, type ServerCommand, type ServerProcess, startServer } from './server-process.js';

/** Milliseconds to end, once the input did; then again, once told to. */
const patience = 2_000;

/** Starts the server when it is connected to. */
export function stdioServer({ name, ...command }: ServerCommand & { name: string }): ServerConnection {
  let process: ServerProcess | undefined;
  const start = () => {
    process = startServer(command);
    return process;
  };
  return { name, transport: new ChildTransport(start), complaint: () => process?.complaint() ?? '' };
}

/** A server that runs already, and is told `first` before all else. */
export function startedServer(name: string, process: ServerProcess, first: JSONRPCMessage): ServerConnection {
  return { name, transport: new ChildTransport(() => process, first), complaint: process.complaint };
}

class ChildTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #process: () => ServerProcess;
  readonly #first: JSONRPCMessage | undefined;
  readonly #buffer = new ReadBuffer();
  #running: ServerProcess | undefined;

  constructor(process: () => ServerProcess, first?: JSONRPCMessage) {
    this.#process = process;
    this.#first = first;
  }

  async start(): Promise<void> {
    const process = this.#process();
    const { child, started } = process;
    this.#running = process;
    child.stdout.on('data', (chunk: Buffer) => this.#read(chunk));
    for (const stream of [child, child.stdout, child.stdin]) stream.on('error', (error) => this.onerror?.(error));
    child.once('close', () => this.onclose?.());
    await started;
    // One that ended before anybody listened closes no more.
    if (!isRunning(process)) throw new Error('it ended');
    if (this.#first) await this.send(this.#first);
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const stdin = this.#running?.child.stdin;
    if (!stdin?.writable) throw new Error('The server has hung up.');
    if (!stdin.write(serializeMessage(message)))
      await new Promise<void>((resolve) => void stdin.once('drain', resolve));
  }

  /** Ends its input, by which it ends in good order; what does not is killed. */
  async close(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    if (running && isRunning(running)) {
      const { child } = running;
      const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
      const timers = (['SIGTERM', 'SIGKILL'] as const).map((signal, i) =>
        setTimeout(() => child.kill(signal), patience * (i + 1)),
      );
      child.stdin.end();
      await ended;
      for (const timer of timers) clearTimeout(timer);
    }
    this.#buffer.clear();
  }

  #read(chunk: Buffer): void {
    try {
      this.#buffer.append(chunk);
    } catch (error) {
      // More than any message holds.
      this.onerror?.(error as Error);
      void this.close();
    }
    for (;;) {
      try {
        const message = this.#buffer.readMessage();
        if (message === null) return;
        this.onmessage?.(message);
      } catch (error) {
        this.onerror?.(error as Error);
      }
    }
  }
}
