import { type ChaosConfig, type ChatCompletionRequest, type Fixture, LLMock } from '@copilotkit/aimock';
import type { AiScenario } from '../contract.ts';

/** A stand-in for the APIs of Anthropic (`url`) and OpenAI (`${url}/v1`), on a port of its own. */
export interface Aimock extends AsyncDisposable {
  readonly url: string;
  readonly mock: LLMock;
  /** Replaces what it does by one of the scenarios of the contract suite. */
  arrange(scenario: AiScenario): void;
  /** Replaces what it does by these fixtures; the first that matches a request answers it. */
  play(...fixtures: readonly Fixture[]): void;
  /** Trouble from now on, each at a rate between 0 and 1. */
  trouble(chaos: ChaosConfig): void;
}

export async function startAimock(): Promise<Aimock> {
  const mock = new LLMock({ port: 0, host: '127.0.0.1', logLevel: 'silent', chunkSize: 8 });
  const url = await mock.start();
  const disposed = Promise.withResolvers<void>();
  const play = (...fixtures: readonly Fixture[]) => {
    mock.clearChaos();
    mock.clearFixtures();
    mock.addFixtures([...fixtures]);
  };
  return {
    url,
    mock,
    play,
    arrange: (scenario) => play(...fixturesOf(scenario, disposed.promise)),
    trouble: (chaos) => void mock.setChaos(chaos),
    async [Symbol.asyncDispose]() {
      disposed.resolve();
      await mock.stop();
    },
  };
}

/** Longer than an aborted call may take, and short enough for the stand-in to end after the tests. */
const STALL_MS = 2_500;

/** Makes up for the usage that aimock does not count. */
const USAGE = {
  input_tokens: 40,
  output_tokens: 7,
  prompt_tokens: 40,
  completion_tokens: 7,
  total_tokens: 47,
};

/** A few events at once, with the first pieces of text among them, and no more after that. */
const STALLED = {
  ttftMs: 0,
  interChunkDelaysMs: [0, 0, ...Array<number>(20).fill(10 * STALL_MS)],
  totalDurationMs: 10 * STALL_MS,
};

const HELLO = 'hello from the model';
const HELLO_ANSWER = { content: HELLO, usage: USAGE };
const TEXT: Fixture = { match: {}, response: HELLO_ANSWER };

/** What a service answers when it fails, by class; both APIs tell by the status. */
const FAILURES: Readonly<Record<string, Fixture['response']>> = {
  network: { error: { type: 'api_error', message: 'Internal server error' }, status: 500 },
  authentication: { error: { type: 'authentication_error', message: 'invalid x-api-key' }, status: 401 },
  'rate-limit': {
    error: { type: 'rate_limit_error', message: 'This would exceed your rate limit.' },
    status: 429,
    retryAfter: 7,
  },
  validation: {
    error: { type: 'invalid_request_error', message: 'max_tokens: Input should be a valid integer' },
    status: 400,
  },
};

function fixturesOf(scenario: AiScenario, disposed: Promise<void>): readonly Fixture[] {
  if (scenario === 'text') return [TEXT];
  if (scenario === 'tools') return [{ match: {}, response: answerTools }];
  if (scenario === 'finish') return [{ match: {}, response: answerFinish }];
  if (scenario === 'slow') return [{ match: {}, response: () => disposed.then(() => HELLO_ANSWER) }];
  if (scenario === 'stalled') return [{ ...TEXT, recordedTimings: STALLED, disconnectAfterMs: STALL_MS }];
  const response = FAILURES[scenario];
  if (response === undefined) throw new Error(`the stand-in cannot fail in a way of class ${scenario}`);
  return [{ match: {}, response }];
}

function answerTools(request: ChatCompletionRequest) {
  const answered = request.messages.filter(({ role }) => role === 'tool').length;
  if (answered >= 3) return HELLO_ANSWER;
  const word = answered === 0 ? 'tamma' : 'engine';
  const lookup = { name: 'lookup', arguments: JSON.stringify({ word }) };
  return { toolCalls: answered === 0 ? [lookup, lookup] : [lookup], usage: USAGE };
}

/** By the tool where there is one, else as the whole answer, as structured outputs are. */
function answerFinish(request: ChatCompletionRequest) {
  const result = JSON.stringify({ answer: 'hello' });
  const tools = request.tools ?? [];
  if (tools.length === 0) return { content: result, usage: USAGE };
  return { toolCalls: [{ name: 'finish', arguments: result }], usage: USAGE };
}
