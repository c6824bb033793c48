import { type Agent, type AgentResult, type AiResponse, runAgent, type Tool } from '@tamma/ai-provider';
import { type ErrorReport, reportError, TammaError } from '@tamma/domain';
import type { Workspace } from '@tamma/workspace';
import type { z } from 'zod';
import type { StepContext } from '../step.ts';
import { listenIn } from './listen-in.ts';
import { type Prompt, referenceOf } from './prompt.ts';
import { watchProgram } from './watch-program.ts';
import { watchService } from './watch-service.ts';

/** What a person sees of a step that asks a model: its turns between the two. */
const BEGUN_PERCENT = 10;
const ANSWERED_PERCENT = 90;

export interface Question<Result> {
  /** Tells the times a step asks apart: zero at first, then whatever counts for that step. */
  readonly round: number;
  readonly prompt: Prompt;
  /** What the model is told of this issue: nothing but data. */
  readonly data: string;
  readonly workspace: Workspace;
  readonly tools: readonly Tool[];
  readonly result: z.ZodType<Result>;
  /** Says what is wrong with a result, for the model; null when nothing is. */
  readonly check?: ((result: Result) => Promise<string | null>) | undefined;
  readonly mayAsk?: boolean | undefined;
  /** Set for a model that changes files: two answers that are the same say that nothing moved. */
  readonly progress?: (() => Promise<string>) | undefined;
  /** Set for a model that changes files: what it left behind when its service failed is taken back by this. */
  readonly startOver?: (() => Promise<void>) | undefined;
  /** The agent whose work this mends. */
  readonly repairs?: string | undefined;
}

export type Answer<Result> = AgentResult<Result> & {
  /** Whose it is. */
  readonly agent: string;
};

/**
 * Runs the agent loop for a step, with every answer, tool call and refusal told as a fact, and its text shown as it comes.
 * An agent whose service fails is left for the next one, which begins anew; what the last one's service threw is thrown.
 */
export async function askModel<Result>(
  context: StepContext,
  question: Question<Result>,
): Promise<Answer<Result>> {
  await context.progress(BEGUN_PERCENT, 'the model is at work');
  const agents = await context.agents();
  for (const [index, agent] of agents.entries()) {
    const tried = await tryAgent(context, question, agent);
    if (tried.kind === 'answered') return finishWith(context, tried.answer);
    if (index === agents.length - 1) throw tried.thrown;
    await question.startOver?.();
  }
  throw new TammaError('AGENT_MISSING', `no agent of the project may do step ${context.step.id}`, {
    class: 'validation',
    remedy: 'name an agent for it in ai.use or ai.rules of the project',
  });
}

/** Why there is no result, for a step in which nobody can be asked. */
export function whyUnfinished(answer: Exclude<Answer<unknown>, { kind: 'finished' }>): ErrorReport {
  if (answer.kind === 'gave-up') return answer.error;
  const message = 'the model asked a question where nobody can be asked';
  return { code: 'AI_QUESTION_UNWANTED', class: 'model', message, remedy: 'retry the step' };
}

async function finishWith<Result>(context: StepContext, answer: Answer<Result>): Promise<Answer<Result>> {
  if (answer.kind === 'finished') await context.progress(ANSWERED_PERCENT, 'the model has answered');
  return answer;
}

type Tried<Result> =
  | { readonly kind: 'answered'; readonly answer: Answer<Result> }
  /** Its service failed, which says nothing about others. */
  | { readonly kind: 'failed'; readonly thrown: unknown };

async function tryAgent<Result>(
  context: StepContext,
  question: Question<Result>,
  agent: Agent,
): Promise<Tried<Result>> {
  const startedAt = performance.now();
  const service = watchService(agent);
  const spent = { turns: 0, costUsd: 0 };
  const report = (ended: Pick<Report, 'result' | 'why' | 'turns' | 'costUsd'>) =>
    context.reportAgent({
      ...ended,
      agent,
      durationMs: performance.now() - startedAt,
      repairs: question.repairs,
    });
  try {
    const heard = (response: AiResponse) => {
      spent.turns += 1;
      spent.costUsd += response.usage.costUsd;
    };
    const answer = await converse(context, question, { agent: service.agent, heard });
    await report({ ...describeEnd(answer), turns: answer.turns, costUsd: answer.costUsd });
    return { kind: 'answered', answer: { ...answer, agent: agent.name } };
  } catch (thrown) {
    // Whatever was thrown elsewhere, or by an abort, is none of its doing.
    if (context.signal.aborted || !service.threw(thrown)) throw thrown;
    const error = reportError(thrown);
    const isModels = error.class === 'model';
    await report({ ...spent, result: isModels ? 'gave-up' : 'failed', why: error.message });
    // A coding program that stopped by itself would stop there again, and be paid again.
    if (isModels)
      return { kind: 'answered', answer: { kind: 'gave-up', error, ...spent, agent: agent.name } };
    if (!isOfService(thrown)) throw thrown;
    return { kind: 'failed', thrown };
  }
}

type Report = Parameters<StepContext['reportAgent']>[0];

function describeEnd(answer: AgentResult<unknown>): Pick<Report, 'result' | 'why'> {
  if (answer.kind === 'gave-up') return { result: 'gave-up', why: answer.error.message };
  return { result: 'done', why: answer.kind === 'asked' ? 'it asked a question' : '' };
}

/** What an agent cannot be used for at all, whatever it is asked. */
const UNUSABLE_CODES = ['AI_MODEL_UNKNOWN', 'AI_PRICE_UNKNOWN', 'AI_PROGRAM_MISSING'];

/** Another service may do; money that is spent is spent for all of them. */
function isOfService(thrown: unknown): boolean {
  if (!(thrown instanceof TammaError) || thrown.class === 'budget') return false;
  if (UNUSABLE_CODES.includes(thrown.code)) return true;
  return (
    ['network', 'rate-limit', 'authentication'].includes(thrown.class) || thrown.heldUntilMs !== undefined
  );
}

async function converse<Result>(
  context: StepContext,
  question: Question<Result>,
  { agent, heard }: { readonly agent: Agent; readonly heard: (response: AiResponse) => void },
): Promise<AgentResult<Result>> {
  const { head, step, signal } = context;
  const { turnsMax, idleTurnsMax, timeMax: timeMaxMs } = head.project.ai;
  const { round, prompt, data, workspace, tools, result, check, mayAsk, progress } = question;
  const program = watchProgram(context, workspace);
  const conversation = runAgent({
    agent,
    purpose: {
      project: head.project.id,
      workflowId: head.workflowId,
      issue: head.issue.number,
      step: step.id,
      round,
    },
    system: prompt.text,
    prompt: data,
    tools,
    result,
    check,
    mayAsk,
    limits: { turnsMax, idleTurnsMax, timeMaxMs },
    progress,
    signal,
    runCli: program.runCli,
    heard: listenIn(context, {
      agent,
      program,
      prompt: referenceOf(prompt),
      onResponse: heard,
      percentOf: (turn) => percentOf(turn, turnsMax),
    }),
  });
  return conversation.finally(async () => {
    // A step that outlives its attempt tells nothing any more.
    if (!signal.aborted) await program.told();
  });
}

function percentOf(turn: number, turnsMax: number): number {
  return Math.round(BEGUN_PERCENT + ((ANSWERED_PERCENT - BEGUN_PERCENT) * (turn - 1)) / turnsMax);
}
