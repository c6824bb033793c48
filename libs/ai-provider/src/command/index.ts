import { basename } from 'node:path';
import { costOf, type ModelPrice, NO_TOKENS, TammaError, type TokenCounts, usdOf } from '@tamma/domain';
import { throwIfAborted } from '../aborted.ts';
import type {
  AiProvider,
  AiRequest,
  AiResponse,
  AssistantBlock,
  CliRequest,
  CliResult,
  RespondOptions,
  UsageSoFar,
} from '../ai-provider.ts';
import { estimateAnswerTokens, tokensOfText } from '../estimate-tokens.ts';
import { invocationOf } from './argv.ts';
import { findCalls, readCalls } from './calls.ts';
import { checkoutMissing, failed, programMissing, timedOut, tooMuchOutput } from './errors.ts';
import { type CliFormat, FORMATS } from './formats/index.ts';
import { OutputReader } from './output-reader.ts';
import type { LastWords, ProgramFacts } from './program-facts.ts';
import { renderPrompt } from './prompt.ts';
import { serviceNameOf } from './service-name.ts';
import { TextStream } from './text-stream.ts';
import { ToolLog } from './tool-log.ts';

export interface CommandProviderOptions {
  /** Program and arguments; `{prompt}` and `{model}` stand for theirs. Without `{prompt}` the prompt comes on standard input. */
  readonly command: readonly string[];
  readonly format: CliFormat;
  readonly model: string;
  /** Variables that it gets to see, with their values, such as its key. */
  readonly variables: Readonly<Record<string, string>>;
  /** Files and folders beside the checkout that it may read. */
  readonly readable: readonly string[];
  readonly timeoutMs: number;
  readonly price: ModelPrice;
  readonly now?: (() => number) | undefined;
}

/** Most that is read of a program's output, in characters: transcripts of hours fit in. */
const OUTPUT_MAX = 32 * 1024 * 1024;
/** Longest answer, in characters: it becomes a part of the next prompt. */
const TEXT_MAX = 1024 * 1024;
/** What is kept of it for the error of a run that failed, in characters. */
const KEPT_MAX = 64 * 1024;
/** Shorter values occur in any text. */
const SECRET_LENGTH_MIN = 6;

/** Any coding program, run in the checkout once for each answer. */
export function createCommandProvider(options: CommandProviderOptions): AiProvider {
  const program = basename(options.command[0] ?? '');
  return {
    name: serviceNameOf(options),
    model: options.model,
    price: options.price,
    async countTokens(request, { signal }) {
      throwIfAborted(signal);
      return tokensOfText(renderPrompt(request));
    },
    async respond(request, respondOptions) {
      throwIfAborted(respondOptions.signal);
      if (respondOptions.runCli === undefined) throw checkoutMissing(program);
      return await new Run(options, request, respondOptions).respond(respondOptions.runCli);
    },
  };
}

/** One run of the program. */
class Run {
  readonly #options: CommandProviderOptions;
  readonly #request: AiRequest;
  readonly #ears: RespondOptions;
  readonly #facts: ProgramFacts;
  readonly #prompt: string;
  readonly #stop = new AbortController();
  readonly #text: TextStream;
  readonly #reader: OutputReader;
  #outputLength = 0;

  constructor(options: CommandProviderOptions, request: AiRequest, ears: RespondOptions) {
    this.#options = options;
    this.#request = request;
    this.#ears = ears;
    this.#prompt = renderPrompt(request);
    this.#facts = factsOf(options);
    this.#text = new TextStream({
      onText: (text) => this.#tell(text),
      isCall: (block) => readCalls(block, request) !== null,
    });
    const tools = new ToolLog((call) => ears.onOwnTool?.(call));
    this.#reader = new OutputReader(FORMATS[options.format], this.#text, tools);
  }

  async respond(runCli: NonNullable<RespondOptions['runCli']>): Promise<AiResponse> {
    const result = await runCli(this.#cliRequest()).catch((thrown: unknown) => this.#fail(thrown));
    throwIfAborted(this.#ears.signal);
    throwIfAborted(this.#stop.signal);
    this.#reader.end();
    const failure = this.#failureOf(result);
    // Also a run that failed was paid for.
    if (failure?.code !== 'AI_PROGRAM_MISSING') this.#tellUsage();
    if (failure !== null) throw failure;
    return this.#answer();
  }

  #cliRequest(): CliRequest {
    const { command, model, variables, readable, timeoutMs } = this.#options;
    return {
      ...invocationOf(command, { prompt: this.#prompt, model }),
      variables,
      readable,
      // It asks its model.
      network: true,
      timeoutMs,
      signal: AbortSignal.any([this.#ears.signal, this.#stop.signal]),
      outputMax: KEPT_MAX,
      onOutput: (output) => this.#hear(output),
    };
  }

  #hear(output: string): void {
    this.#outputLength += output.length;
    if (this.#outputLength > OUTPUT_MAX) this.#stop.abort(tooMuchOutput(this.#facts, OUTPUT_MAX));
    if (this.#isOver()) return;
    this.#reader.write(output);
    if (this.#text.whole().length > TEXT_MAX) this.#stop.abort(tooMuchOutput(this.#facts, TEXT_MAX));
    // What it tells of all at its end must not end it: the answer is there then.
    if (!this.#reader.hasTotals) this.#tellUsage();
  }

  #tell(text: string): void {
    if (!this.#isOver()) this.#ears.onText?.(text);
  }

  #isOver(): boolean {
    return this.#ears.signal.aborted || this.#stop.signal.aborted;
  }

  #fail(thrown: unknown): never {
    // What it did until it was broken off it did.
    this.#reader.end();
    if (this.#outputLength > 0 || this.#isOver()) this.#tellUsage();
    throwIfAborted(this.#ears.signal);
    throwIfAborted(this.#stop.signal);
    if (isMissing(thrown)) throw programMissing(this.#facts, thrown);
    throw thrown;
  }

  #failureOf({ timedOut: isTimedOut, exitCode, stdout, stderr }: CliResult): TammaError | null {
    if (isTimedOut) return timedOut(this.#facts, this.#options.timeoutMs);
    const { failure, trouble } = this.#reader;
    if (exitCode === 0 && failure === undefined) return null;
    return failed(this.#facts, { exitCode, ...lastWords({ failure, trouble, stderr, stdout }) });
  }

  #answer(): AiResponse {
    const calls = findCalls(this.#text.whole(), this.#request);
    const text = this.#text.end();
    const tokens = this.#tokens();
    const { costUsd = usdOf(costOf(tokens, this.#options.price)), model = this.#options.model } =
      this.#reader;
    const { turn } = this.#request.purpose;
    const blocks = calls.map(({ tool, input }, index): AssistantBlock => {
      return { type: 'tool_call', id: `call-${turn}-${index + 1}`, name: tool, input };
    });
    return {
      model,
      content: [...(text === '' ? [] : [{ type: 'text' as const, text }]), ...blocks],
      stopReason: calls.length > 0 ? 'tool_calls' : 'end',
      usage: { ...tokens, costUsd },
    };
  }

  #tellUsage(): void {
    const { costUsd } = this.#reader;
    const usage: UsageSoFar = { ...this.#tokens(), ...(costUsd !== undefined && { costUsd }) };
    this.#ears.onUsage?.(usage);
  }

  /** What it told, else what its prompt and its words may have taken: what it did in between nobody knows. */
  #tokens(): TokenCounts {
    const outputTokens = estimateAnswerTokens(this.#text.whole().length);
    return this.#reader.tokens ?? { ...NO_TOKENS, inputTokens: tokensOfText(this.#prompt), outputTokens };
  }
}

interface Said {
  readonly failure: string | undefined;
  readonly trouble: string | undefined;
  readonly stderr: string;
  readonly stdout: string;
}

/** What says best why a run failed. */
function lastWords({ failure, trouble = '', stderr, stdout }: Said): Pick<LastWords, 'words' | 'from'> {
  if (failure !== undefined) return { words: failure, from: 'event' };
  if (stderr.trim() !== '') return { words: `${trouble} ${stderr}`, from: 'stderr' };
  return trouble.trim() === '' ? { words: stdout, from: 'output' } : { words: trouble, from: 'event' };
}

function factsOf({ command, model, variables, now = Date.now }: CommandProviderOptions): ProgramFacts {
  const secrets = Object.values(variables).filter((value) => value.length >= SECRET_LENGTH_MIN);
  return { program: basename(command[0] ?? ''), model, secrets, nowMs: now() };
}

function isMissing(thrown: unknown): boolean {
  if (thrown instanceof TammaError) return thrown.code === 'WORKSPACE_PROGRAM_MISSING';
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
}
