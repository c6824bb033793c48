import type { AiRequest } from '@tamma/ai-provider';
import { STEP_HANDLERS } from '@tamma/contracts';
import { TammaError } from '@tamma/domain';
import { expect } from 'chai';
import { loadPrompt } from './ai/prompt.ts';
import { ANSWERS, DOUBLE_FILE } from './testing/answers.ts';
import { attempt, runStep } from './testing/attempt.ts';
import { type Bench, createBench } from './testing/bench.ts';
import { callTools, finish } from './testing/model.ts';
import { readTemplateSteps, type TemplateStep } from './testing/template.ts';

const SLOW_MS = 60_000;

function queueAnswers({ model }: Bench): void {
  model.queue(
    finish(ANSWERS.clarification),
    finish(ANSWERS['context-research']),
    finish(ANSWERS['plan-generation']),
    callTools(['write_file', DOUBLE_FILE]),
    finish(ANSWERS['code-generation']),
    finish(ANSWERS['code-review']),
  );
}

/** Whose results a step may read. */
function needsOf(step: TemplateStep): ReadonlySet<string> {
  return new Set(step.needs);
}

/** Runs the steps in order, each with the results of its needs alone. Gives back what was missed. */
async function walk(bench: Bench, steps: readonly TemplateStep[]): Promise<readonly string[]> {
  const missing: string[] = [];
  queueAnswers(bench);
  for (const step of steps) {
    try {
      const { outcome } = await runStep(bench, step.handler, { visible: needsOf(step) });
      expect(outcome.kind, step.handler).to.equal('done');
    } catch (thrown) {
      if (!(thrown instanceof TammaError) || thrown.code !== 'RESULT_MISSING') throw thrown;
      missing.push(thrown.message);
      await runStep(bench, step.handler);
    }
  }
  return missing;
}

/** Fields of the result that a model hands in. */
function fieldsOf(request: AiRequest): readonly string[] {
  const properties = request.tools.find((tool) => tool.name === 'finish')?.inputSchema.properties;
  return Object.keys(properties ?? {});
}

/** A model must know from its prompt what each field of the result is for. */
function requireFieldsNamed(requests: readonly AiRequest[]): void {
  const asked = new Map(requests.map((request) => [request.purpose.step, request]));
  expect([...asked.keys()]).to.deep.equal(Object.keys(ANSWERS));
  for (const [step, request] of asked) {
    const { text: prompt } = loadPrompt(new URL(`./${step}/prompt.md`, import.meta.url));
    expect(request.system, step).to.equal(prompt);
    expect(fieldsOf(request).length, step).to.be.above(1);
    for (const field of fieldsOf(request)) expect(prompt, step).to.include(`\`${field}\``);
  }
}

describe('the steps in the order of the template', () => {
  it('are all the steps there are', async () => {
    const steps = await readTemplateSteps();
    expect(steps.map(({ handler }) => handler).toSorted()).to.deep.equal([...STEP_HANDLERS].toSorted());
  });

  it('turn an issue into a merge with the results of their needs alone and prompts that name every field', async function () {
    this.timeout(SLOW_MS);
    await using bench = await createBench();

    const missing = await walk(bench, await readTemplateSteps());

    expect(missing).to.deep.equal([]);
    requireFieldsNamed(bench.model.requests);
    expect((await bench.platform.readIssue(1))?.state).to.equal('closed');
    expect(await bench.repository.git('show', 'main:src/double.js')).to.equal(DOUBLE_FILE.text.trim());
    const written = [...bench.artifacts.keys()].toSorted();
    expect(written).to.deep.equal([
      'CHANGES.md',
      'CONTEXT.md',
      'PLAN.md',
      'TASK.md',
      'TODO.md',
      'build.log',
      'change.patch',
      'delivery.json',
      'security.log',
      'test.log',
    ]);
  });

  it('say which result they miss and what to do about it', async () => {
    await using bench = await createBench();

    const thrown = await attempt(bench, 'merge-and-close').catch((error: unknown) => error);

    expect(thrown).to.be.instanceOf(TammaError).and.to.deep.include({
      code: 'RESULT_MISSING',
      class: 'validation',
      message: 'step merge-and-close needs the result of pull-request, which has none',
      remedy: 'put a step with handler pull-request above merge-and-close in the template',
    });
  });
});
