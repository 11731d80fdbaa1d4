// The frames between RunnerClient and the runner: u8 type, u32 id, u32 length, payload; numbers are little-endian.
// images/tools/runner/runner.h is the other side's copy of the same table.
import { SandboxError } from '../errors.js';
import { encodePath } from '../paths.js';

export const PROTOCOL_VERSION = 1;
/** Bytes a stream may be ahead of its reader, either way. */
export const WINDOW = 256 * 1024;
/** The size of a pipe. */
export const MAX_CHUNK = 64 * 1024;
const MAX_PAYLOAD = 1024 * 1024;
const HEADER = 9;

// ---- to the runner ----

interface StartRequest {
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Empty: the runner's own. */
  cwd: string;
  /** 0: none. */
  timeoutMs: number;
  maxOutputBytes: number;
  stdin: boolean;
}

/** Strings are written as `encodePath` does, so that every file name can be an argument. Throws `exec-failed`. */
export function encodeStart(id: number, request: StartRequest): Buffer {
  const env = Object.entries(request.env).map(([name, value]) => `${name}=${value}`);
  const strings = [request.cwd, ...request.argv, ...env];
  const problem =
    request.argv.length === 0
      ? 'there is no argv[0]'
      : strings.some((string) => string.includes('\0'))
        ? 'an argument, the environment or the working directory holds a NUL character'
        : Object.keys(request.env).some((name) => name === '' || name.includes('='))
          ? 'the environment has a variable without a name, or with "=" in it'
          : !(request.timeoutMs >= 0 && request.maxOutputBytes >= 0)
            ? 'a limit is negative or no number'
            : undefined;
  if (problem) throw new SandboxError('exec-failed', `The command is refused: ${problem}.`, 'Correct the call.');
  const numbers = Buffer.alloc(25);
  numbers.writeBigUInt64LE(wholeNumber(request.timeoutMs), 0);
  numbers.writeBigUInt64LE(wholeNumber(request.maxOutputBytes), 8);
  numbers.writeUInt8(request.stdin ? 1 : 0, 16);
  numbers.writeUInt32LE(request.argv.length, 17);
  numbers.writeUInt32LE(env.length, 21);
  const payload = Buffer.concat([numbers, ...strings.flatMap((string) => [encodePath(string), Buffer.alloc(1)])]);
  if (payload.length > MAX_PAYLOAD) {
    throw new SandboxError(
      'exec-failed',
      `The arguments and environment take ${payload.length} bytes; ${MAX_PAYLOAD} is the limit.`,
      'Pass long input through stdin or a file.',
    );
  }
  return encode(1, id, payload);
}

/** Infinity is as good as the largest. */
const wholeNumber = (value: number) => BigInt(Math.min(Math.ceil(value), Number.MAX_SAFE_INTEGER));

export const encodeStdin = (id: number, bytes: Buffer) => encode(2, id, bytes);
export const encodeStdinClose = (id: number) => encode(3, id);
export const encodeSignal = (id: number, number: number) => encode(4, id, Buffer.from([number]));
export const encodeDiscard = (id: number, stream: OutputName) => encode(6, id, Buffer.from([streamNumber(stream)]));
export const encodePing = () => encode(7, 0);

export function encodeCredit(id: number, stream: OutputName, bytes: number): Buffer {
  const payload = Buffer.alloc(5);
  payload.writeUInt8(streamNumber(stream), 0);
  payload.writeUInt32LE(bytes, 1);
  return encode(5, id, payload);
}

export type OutputName = 'stdout' | 'stderr';
const streamNumber = (stream: OutputName) => (stream === 'stdout' ? 1 : 2);

function encode(type: number, id: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeUInt8(type, 0);
  header.writeUInt32LE(id, 1);
  header.writeUInt32LE(payload.length, 5);
  return Buffer.concat([header, payload]);
}

// ---- from the runner ----

export type RunnerFrame =
  | { type: 'hello'; version: number }
  | { type: 'start-failed'; id: number; step: StartStep; errno: number; text: string }
  | { type: OutputName; id: number; bytes: Buffer }
  | { type: 'stdin-credit'; id: number; bytes: number }
  | { type: 'stdin-closed'; id: number }
  | {
      type: 'exit';
      id: number;
      /** Null when a signal ended it. */
      exitCode: number | null;
      /** 0 when it exited by itself. */
      signal: number;
      timedOut: boolean;
      durationMs: number;
      stdoutBytes: number;
      stderrBytes: number;
    }
  | { type: 'unkillable'; id: number }
  | { type: 'pong' };

const startSteps = ['limit', 'fork', 'chdir', 'exec'] as const;
export type StartStep = (typeof startSteps)[number];

/** Cuts a byte stream into frames. Throws `protocol` at the first byte that cannot be the runner's. */
export class FrameDecoder {
  #rest: Buffer = Buffer.alloc(0);

  *decode(bytes: Buffer): Generator<RunnerFrame> {
    let buffer = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes;
    while (buffer.length >= HEADER) {
      const length = buffer.readUInt32LE(5);
      if (length > MAX_CHUNK) throw violation(`a payload of ${length} bytes`);
      if (buffer.length < HEADER + length) break;
      yield decodeFrame(buffer.readUInt8(0), buffer.readUInt32LE(1), buffer.subarray(HEADER, HEADER + length));
      buffer = buffer.subarray(HEADER + length);
    }
    this.#rest = buffer;
  }
}

function decodeFrame(type: number, id: number, payload: Buffer): RunnerFrame {
  const expectLength = (length: number) => {
    if (payload.length !== length) throw violation(`frame ${type} with ${payload.length} bytes`);
  };
  switch (type) {
    case 64:
      expectLength(4);
      return { type: 'hello', version: payload.readUInt32LE(0) };
    case 65: {
      const step = payload.length >= 5 ? startSteps[payload.readUInt8(0) - 1] : undefined;
      if (!step) throw violation('an unknown reason for not starting');
      return { type: 'start-failed', id, step, errno: payload.readUInt32LE(1), text: payload.toString('utf8', 5) };
    }
    case 66:
      return { type: 'stdout', id, bytes: payload };
    case 67:
      return { type: 'stderr', id, bytes: payload };
    case 68:
      expectLength(4);
      return { type: 'stdin-credit', id, bytes: payload.readUInt32LE(0) };
    case 69:
      expectLength(0);
      return { type: 'stdin-closed', id };
    case 70: {
      expectLength(30);
      const exitCode = payload.readInt32LE(0);
      return {
        type: 'exit',
        id,
        exitCode: exitCode === -1 ? null : exitCode,
        signal: payload.readUInt8(4),
        timedOut: payload.readUInt8(5) === 1,
        durationMs: Number(payload.readBigUInt64LE(6)) / 1000,
        stdoutBytes: Number(payload.readBigUInt64LE(14)),
        stderrBytes: Number(payload.readBigUInt64LE(22)),
      };
    }
    case 71:
      expectLength(0);
      return { type: 'unkillable', id };
    case 72:
      expectLength(0);
      return { type: 'pong' };
    default:
      throw violation(`frame of unknown type ${type}`);
  }
}

function violation(what: string): SandboxError {
  return new SandboxError('protocol', `The runner sent what it never sends: ${what}.`, 'Restart the sandbox.');
}
