// Ends answers that have fallen silent. The API sends a ping every few seconds, but the SDKs keep those to themselves,
// so the bytes are watched.
import { StreamCut } from './reply.js';

/** A fetch whose responses fail with StreamCut once their body has sent nothing for `idleMs`. */
export function fetchWithIdleLimit(idleMs: number): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (!response.body) return response;
    const body = response.body.pipeThrough(failWhenIdle(idleMs));
    const { status, statusText, headers } = response;
    return new Response(body, { status, statusText, headers });
  };
}

export function failWhenIdle(idleMs: number): TransformStream<Uint8Array, Uint8Array> {
  let timer: NodeJS.Timeout | undefined;
  const expect = (controller: TransformStreamDefaultController<Uint8Array>) => {
    clearTimeout(timer);
    const fail = () => controller.error(new StreamCut(`The API sent nothing for ${idleMs / 1000} s`));
    // A stream that nobody reads any more must not keep the process alive.
    timer = setTimeout(fail, idleMs).unref();
  };
  return new TransformStream({
    start: expect,
    transform(chunk, controller) {
      expect(controller);
      controller.enqueue(chunk);
    },
    flush: () => clearTimeout(timer),
  });
}
