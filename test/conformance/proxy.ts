// Adds the bearer token, which the suite cannot send; everything else passes as it came.
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Proxy {
  url: string;
  close(): void;
}

export async function bearing(token: string, target: string): Promise<Proxy> {
  const { hostname: host, port, pathname } = new URL(target);
  const server = createServer((incoming, answer) => {
    const { method, url: path, headers } = incoming;
    const options = { host, port, method, path, headers: { ...headers, authorization: `Bearer ${token}` } };
    const outgoing = request(options, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      answer.flushHeaders();
      response.pipe(answer);
    });
    outgoing.on('error', () => answer.destroy());
    answer.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
