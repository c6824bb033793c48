import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What the stand-in says it took for each answer, and to count a prompt. */
const SERVED = {
  input_tokens: 700,
  output_tokens: 90,
  cache_creation_input_tokens: 300,
  cache_read_input_tokens: 0,
};
const COUNTED = 1000;

export interface ModelServer extends AsyncDisposable {
  readonly url: string;
  /** Bodies of the calls so far. */
  readonly calls: readonly string[];
  /** From now on calls of a model are answered with this, handed in by the tool `finish`; before that they hang after their first words. */
  finishWith(result: unknown): void;
  /** From now on answers never end, whatever limit was asked for. Counts the pieces that were sent. */
  talkOn(): { pieces(): number; isCutOff(): boolean };
}

/** As much of the API of Anthropic as one short conversation needs. */
export async function startModelServer(): Promise<ModelServer> {
  const calls: string[] = [];
  let result: unknown = null;
  let talk: ((response: ServerResponse) => void) | null = null;
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    if (request.url?.includes('count_tokens')) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ input_tokens: COUNTED }));
      return;
    }
    calls.push(body);
    response.setHeader('content-type', 'text/event-stream');
    say(response, { type: 'message_start', message: { ...MESSAGE, usage: { ...SERVED, output_tokens: 1 } } });
    if (result !== null) finish(response, result);
    else talk?.(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    finishWith: (given) => {
      result = given;
    },
    talkOn: () => {
      let [pieces, isCutOff] = [0, false];
      talk = (response) => {
        const stop = talkUntilClosed(response, () => {
          pieces += 1;
        });
        response.once('close', () => {
          isCutOff = true;
          stop();
        });
      };
      return { pieces: () => pieces, isCutOff: () => isCutOff };
    },
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-5-5',
  content: [],
  stop_reason: null,
  stop_sequence: null,
};

const PIECE_EVERY_MS = 5;

/** A hundred tokens a piece, by and by. Returns what stops it. */
function talkUntilClosed(response: ServerResponse, onPiece: () => void): () => void {
  say(response, { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } });
  const delta = { type: 'text_delta', text: 'word '.repeat(60) };
  const timer = setInterval(() => {
    say(response, { type: 'content_block_delta', index: 0, delta });
    onPiece();
  }, PIECE_EVERY_MS);
  return () => clearInterval(timer);
}

function finish(response: ServerResponse, result: unknown): void {
  const block = { type: 'tool_use', id: 'toolu_1', name: 'finish', input: {} };
  const delta = { type: 'input_json_delta', partial_json: JSON.stringify(result) };
  say(response, { type: 'content_block_start', index: 0, content_block: block });
  say(response, { type: 'content_block_delta', index: 0, delta });
  say(response, { type: 'content_block_stop', index: 0 });
  const end = { stop_reason: 'tool_use', stop_sequence: null };
  say(response, { type: 'message_delta', delta: end, usage: { output_tokens: SERVED.output_tokens } });
  say(response, { type: 'message_stop' });
  response.end();
}

function say(
  response: ServerResponse,
  event: { readonly type: string; readonly [key: string]: unknown },
): void {
  response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
