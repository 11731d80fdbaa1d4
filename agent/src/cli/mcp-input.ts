// The input of a tool server over stdio: its end is the server's.

/** The client ends a server by closing its input. A Ctrl-C meant for the client reaches the whole process group. */
export function closeInputOnSignals(): void {
  if (!process.stdin.isTTY) process.on('SIGINT', () => {});
  process.on('SIGTERM', () => process.stdin.destroy());
}

/** Either side may hang up first: that is how these conversations end. */
export function ignorePrematureClose(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
}
