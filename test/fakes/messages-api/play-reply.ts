// Sends an answer, in the way and to the point that the script says.
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaceOfApi } from './faces/index.js';
import type { Reply } from './script.js';
import type { StreamEvent } from './stream.js';

export async function playReply(
  response: ServerResponse,
  face: FaceOfApi,
  { end, hold, paceMs = 0 }: Reply,
  events: Iterable<StreamEvent>,
): Promise<void> {
  response.writeHead(200, { 'content-type': face.contentType, 'cache-control': 'no-cache' });
  response.flushHeaders();
  let sent = 0;
  let left = Promise.resolve();
  const send = (frame: Uint8Array | string) => {
    left = new Promise((resolve) => response.write(frame, () => resolve()));
  };
  for (const event of events) {
    if (hold?.after === sent) await hold.gate.pass();
    if (response.destroyed) return;
    if (end && sent === lastEvent(end)) {
      if ('stall' in end) return;
      if ('error' in end) send(face.frameError(end.error));
      // What was sent before must have left before the socket is dropped.
      await left;
      response.destroy();
      return;
    }
    send(face.frame(event));
    sent += 1;
    if (paceMs > 0 && event.type === 'content_block_delta') await sleep(paceMs);
  }
  response.end();
}

type End = NonNullable<Reply['end']>;

function lastEvent(end: End): number {
  if ('cut' in end) return end.cut;
  return 'stall' in end ? end.stall : end.after;
}
