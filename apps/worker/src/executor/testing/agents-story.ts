import type { AiProvider } from '@tamma/ai-provider';
import { aiSchema } from '@tamma/contracts';
import { buildHead, buildProject } from '@tamma/contracts/testing';
import { done } from '@tamma/domain';
import type { StepContext } from '@tamma/steps';
import { openBench } from './bench.ts';
import { fakeAgents, fakeProvider } from './fake-agents.ts';
import { fakeStep } from './fake-step.ts';

const scripted = { provider: 'scripted', answers: 'answers' };
export const THREE = { agents: { big: scripted, small: scripted, local: scripted } };

export interface StoryOptions {
  readonly ai?: object;
  readonly labels?: readonly string[];
  readonly providers?: Readonly<Record<string, AiProvider>>;
  readonly prefix?: string;
  readonly random?: () => number;
}

/** One for each of its agents. */
export const PROVIDERS = Object.fromEntries(
  ['big', 'small', 'local'].map((name) => [name, fakeProvider({ name: `service-${name}` })]),
);

/** A first step that does as the test says, in a project with the agents big, small and local. */
export async function openStory(run: (context: StepContext) => Promise<void>, options: StoryOptions = {}) {
  const { ai = {}, labels = [], providers = PROVIDERS, prefix, random = () => 0.5 } = options;
  const intake = fakeStep('issue-intake', async (context) => {
    await run(context);
    return done({ answer: 1 });
  });
  const project = buildProject({ ai: aiSchema.parse({ ...THREE, ...ai }) });
  const issue = { ...buildHead().issue, labels: [...labels] };
  return openBench({
    ...(prefix !== undefined && { prefix }),
    steps: [intake],
    head: { project, issue },
    deps: { agentOf: fakeAgents(providers), random },
  });
}
