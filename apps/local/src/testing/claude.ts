import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type ChatCompletionRequest, type FixtureResponse, LLMock } from '@copilotkit/aimock';
import { parse } from 'yaml';
import { z } from 'zod';

/** Tokens of one answer, as the Messages API counts them. */
export interface Served {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
}

/** A stand-in for Anthropic's API that plays the answers of one issue of the example, each step's from its start. */
export interface Claude extends AsyncDisposable {
  readonly url: string;
  /** One for each answer, in order. */
  readonly served: readonly Served[];
}

export interface ClaudeOptions {
  /** File of canned answers. */
  readonly answers: string;
  /** The only key that is good. */
  readonly key: string;
}

const turn = z.object({
  text: z.string().optional(),
  calls: z.array(z.object({ tool: z.string(), input: z.record(z.string(), z.unknown()) })),
});
const answersSchema = z.record(z.string(), z.array(turn));
type Answers = z.infer<typeof answersSchema>;

/** What only the result of this step has: the requests do not name their step. */
const MARKS = {
  ambiguity: 'clarification',
  risks: 'context-research',
  testPlan: 'plan-generation',
  commitMessage: 'code-generation',
  findings: 'code-review',
} as const;

export async function startClaude({ answers: file, key }: ClaudeOptions): Promise<Claude> {
  const answers = answersSchema.parse(parse(await readFile(file, 'utf8')));
  const mock = new LLMock({ port: 0, host: '127.0.0.1', logLevel: 'silent' });
  mock.addFixtures([{ match: {}, response: (request) => answer(request, answers) }]);
  const origin = await mock.start();
  const served: Served[] = [];
  const server = createServer((request, response) => {
    forward(request, response, { origin, key, served }).catch((thrown: unknown) =>
      response.destroy(Object(thrown)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : address;
  return {
    url: `http://127.0.0.1:${port}`,
    served,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await mock.stop();
    },
  };
}

function answer({ tools = [], messages }: ChatCompletionRequest, answers: Answers): FixtureResponse {
  const known = JSON.stringify(tools);
  const mark = Object.entries(MARKS).find(([property]) => known.includes(`"${property}":`));
  const number = messages.filter(({ role }) => role === 'assistant').length;
  const said = answers[mark?.[1] ?? '']?.[number];
  if (said === undefined) {
    const message = `no answer ${number + 1} for a request with the tools ${known.slice(0, 200)}`;
    return { error: { type: 'invalid_request_error', message }, status: 400 };
  }
  const toolCalls = said.calls.map(({ tool, input }) => ({ name: tool, arguments: JSON.stringify(input) }));
  return said.text === undefined ? { toolCalls } : { content: said.text, toolCalls };
}

/** More than any prompt that is served takes. */
const COUNTED_TOKENS = 40_000;

interface Front {
  readonly origin: string;
  readonly key: string;
  readonly served: Served[];
}

/** Passes a call on, and puts in the tokens, which the library behind it does not count. */
async function forward(request: IncomingMessage, response: ServerResponse, front: Front): Promise<void> {
  const { url = '/' } = request;
  const headers = { 'content-type': 'application/json' };
  const aside = keyOf(request) === front.key ? answerAside(url) : WRONG_KEY;
  const body = await text(request);
  if (aside !== null) {
    response.writeHead(aside === WRONG_KEY ? 401 : 200, headers).end(JSON.stringify(aside));
    return;
  }
  const answered = await fetch(`${front.origin}${url}`, { method: 'POST', body, headers });
  response.writeHead(answered.status, { 'content-type': answered.headers.get('content-type') ?? '' });
  const usage = usageOf(front.served.length);
  if (answered.ok) front.served.push(usage);
  for await (const line of createInterface(Readable.from(answered.body ?? []))) {
    response.write(`${withUsage(line, usage)}\n`);
  }
  response.end();
}

/** The API takes a key in either header. */
function keyOf({ headers }: IncomingMessage): unknown {
  return headers['x-api-key'] ?? headers.authorization?.replace(/^Bearer /, '');
}

const WRONG_KEY = { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } };

/** What is asked beside conversations; null for those. */
function answerAside(url: string): object | null {
  if (url.startsWith('/v1/messages/count_tokens')) return { input_tokens: COUNTED_TOKENS };
  const [, model] = /^\/v1\/models\/([^/?]+)/.exec(url) ?? [];
  if (model === undefined) return null;
  return { type: 'model', id: model, display_name: model, created_at: '2026-01-01T00:00:00Z' };
}

/** Different for each answer, and whole millionths of a dollar at any price of whole cents per million. */
function usageOf(index: number): Served {
  return {
    input_tokens: 2000 + 13 * index,
    output_tokens: 1000 + 7 * index,
    cache_creation_input_tokens: 4000 + 4 * index,
    cache_read_input_tokens: 20_000 + 110 * index,
  };
}

const event = z.looseObject({ type: z.string() });

/** As the API does it: the prompt is counted at the start, all of it again at the end. */
function withUsage(line: string, usage: Served): string {
  if (!line.startsWith('data: ')) return line;
  const data = event.parse(JSON.parse(line.slice('data: '.length)));
  if (data.type === 'message_start') {
    const message = { ...z.looseObject({}).parse(data.message), usage: { ...usage, output_tokens: 1 } };
    return `data: ${JSON.stringify({ ...data, message })}`;
  }
  return data.type === 'message_delta' ? `data: ${JSON.stringify({ ...data, usage })}` : line;
}
