import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** What a request gets instead of git's answer; undefined: git answers. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpRemoteOptions {
  /** Folder with the bare repositories. */
  readonly folder: string;
  /** Value of PATH, to find git. */
  readonly path: string;
  /** `user:password` that is let in; asked for at each request. */
  readonly account: () => string;
  /** Looks at each request that was let in, and may answer it itself. */
  readonly meet?: (request: IncomingMessage) => Promise<Answer | undefined>;
}

export interface HttpRemote extends AsyncDisposable {
  readonly origin: string;
  /** `Authorization` of each request, in order; empty where there was none. */
  readonly seen: readonly string[];
}

/** Serves bare repositories as a platform does: git's own http-backend behind Basic authentication. */
export async function httpRemote(options: HttpRemoteOptions): Promise<HttpRemote> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization ?? '');
    serve(request, response, options).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    seen,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function serve(request: IncomingMessage, response: ServerResponse, options: HttpRemoteOptions) {
  const wanted = `Basic ${Buffer.from(options.account()).toString('base64')}`;
  if (request.headers.authorization !== wanted) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="test"' }).end('who are you?');
    return;
  }
  const answer = await options.meet?.(request);
  if (answer === undefined) return await answerWithGit(request, response, options);
  response.writeHead(answer.status, { 'content-type': 'text/plain', ...answer.headers }).end(answer.body);
}

async function answerWithGit(
  request: IncomingMessage,
  response: ServerResponse,
  { folder, path }: HttpRemoteOptions,
) {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const child = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      PATH: path,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      REMOTE_USER: 'somebody',
      REQUEST_METHOD: request.method,
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'],
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
      GIT_PROTOCOL: request.headers['git-protocol']?.toString(),
    },
  });
  child.stdin.on('error', () => request.unpipe(child.stdin));
  request.pipe(child.stdin);
  const output = await text(child.stdout.setEncoding('latin1'));
  const end = output.indexOf('\r\n\r\n');
  const headers = output
    .slice(0, end)
    .split('\r\n')
    .map((line) => line.split(': ', 2));
  for (const [name = '', value = ''] of headers) {
    if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.end(Buffer.from(output.slice(end + 4), 'latin1'));
}
