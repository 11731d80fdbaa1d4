// A third-party MCP server over Streamable HTTP, as others run them: the SDK's server side, with or without OAuth.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ListToolsRequestSchema,
  type Tool,
} from '@modelcontextprotocol/sdk/types.js';
import { FakeOAuth } from './oauth.js';

export interface FakeMcpOptions {
  /** Every request needs a token, and calls one with the scope `call`. */
  oauth?: boolean;
  /** Where the MCP endpoint sends whoever comes, instead of answering. */
  redirect?: string;
}

export class FakeMcpServer {
  readonly url: string;
  readonly oauth = new FakeOAuth();
  /** May be changed at any time; `changed` tells the clients. */
  tools: Tool[] = [{ name: 'get_forecast', description: 'The weather of tomorrow.', inputSchema: { type: 'object' } }];
  answer: (tool: string, input: Record<string, unknown>) => CallToolResult = () => ({
    content: [{ type: 'text', text: 'Sun all day.' }],
  });
  /** The headers of each request to the MCP endpoint. */
  readonly received: IncomingMessage['headers'][] = [];
  readonly #http = createServer((request, response) => void this.#handle(request, response));
  readonly #options: FakeMcpOptions;
  readonly #sessions = new Map<string, { server: Server; transport: StreamableHTTPServerTransport }>();

  static async start(options: FakeMcpOptions = {}): Promise<FakeMcpServer> {
    const server = new FakeMcpServer(options);
    server.#http.listen(0, '127.0.0.1');
    await once(server.#http, 'listening');
    return Object.assign(server, { url: `${server.#origin}/mcp` });
  }

  private constructor(options: FakeMcpOptions) {
    this.#options = options;
    this.url = '';
  }

  /** The sessions that clients have not ended. */
  get sessions(): number {
    return this.#sessions.size;
  }

  async changed(...tools: Tool[]): Promise<void> {
    this.tools = tools;
    await Promise.all([...this.#sessions.values()].map(({ server }) => server.sendToolListChanged()));
  }

  close(): void {
    this.#http.close();
    this.#http.closeAllConnections();
  }

  get #origin(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', this.#origin);
    if (this.#options.oauth) {
      if (pathname === '/.well-known/oauth-protected-resource/mcp') {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ resource: this.url, authorization_servers: [this.#origin] }));
        return;
      }
      if (await this.oauth.answer(request, response, this.#origin)) return;
    }
    if (pathname !== '/mcp') {
      response.writeHead(404).end();
      return;
    }
    this.received.push(request.headers);
    if (this.#options.redirect !== undefined) {
      response.writeHead(307, { location: this.#options.redirect }).end();
      return;
    }
    const body = request.method === 'POST' ? JSON.parse(await textOf(request)) : undefined;
    if (this.#options.oauth && !this.#isAllowed(request, response, body?.method === 'tools/call')) return;
    const transport = await this.#session(request);
    await transport.handleRequest(request, response, body);
  }

  #isAllowed(request: IncomingMessage, response: ServerResponse, isCall: boolean): boolean {
    const scope = this.oauth.scopeOf(request, this.url);
    const wanted = isCall ? 'read call' : 'read';
    if (scope !== undefined && (!isCall || scope.split(' ').includes('call'))) return true;
    const metadata = `resource_metadata="${this.#origin}/.well-known/oauth-protected-resource/mcp"`;
    const error = scope === undefined ? '' : ', error="insufficient_scope"';
    response.writeHead(scope === undefined ? 401 : 403, {
      'www-authenticate': `Bearer scope="${wanted}", ${metadata}${error}`,
    });
    response.end();
    return false;
  }

  async #session({ headers }: IncomingMessage): Promise<StreamableHTTPServerTransport> {
    const known = this.#sessions.get(String(headers['mcp-session-id']));
    if (known) return known.transport;
    const server = new Server({ name: 'weather', version: '1' }, { capabilities: { tools: { listChanged: true } } });
    server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: this.tools }));
    server.setRequestHandler(CallToolRequestSchema, ({ params }) => this.answer(params.name, params.arguments ?? {}));
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void this.#sessions.set(id, { server, transport }),
      onsessionclosed: (id) => void this.#sessions.delete(id),
    });
    await server.connect(transport as Transport);
    return transport;
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
