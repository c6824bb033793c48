import type { Workspace } from '@tamma/workspace';
import { isForReviewers } from '../round.ts';
import type { StepContext } from '../step.ts';
import { brokenLimits } from './limits.ts';
import { markersIn } from './markers.ts';
import { measureChange } from './measure-change.ts';
import { type Change, whyNoChange } from './model.ts';
import { proveTests, type TestVerdict } from './prove-tests.ts';

/** Times a model hears that its tests are red; then the test gate has its say, with a log and a fresh conversation. */
const RED_MAX = 3;

/** What a model does to hand a change in. */
const FINISH = 'finish';

export interface ChangeJudge {
  /** Says what is wrong with a change that the model hands in; null when it can be committed. */
  check(result: Change): Promise<string | null>;
  /** Why the tests of the change prove nothing; null when they do, or need not. */
  unproven(): string | null;
}

/** Looks at a change before it is taken, while the model can still mend it. */
export function judgeChange(context: StepContext, workspace: Workspace, baseCommit: string): ChangeJudge {
  const tests = testJudge(context, workspace);
  const check = async (result: Change): Promise<string | null> => {
    const changed = await workspace.changedFiles();
    if (changed.length === 0 || result.outcome === 'no-change-needed')
      return judgeNothing(context, result, changed);
    return (
      (await judgeMarkers(workspace, changed)) ??
      (await judgeLimits(context, workspace, baseCommit)) ??
      (context.round === 0 ? await tests.judge(result, changed) : null)
    );
  };
  return { check, unproven: tests.unproven };
}

function judgeNothing(context: StepContext, result: Change, changed: readonly string[]): string | null {
  if (changed.length > 0) {
    return `You say that no change is needed, and changed ${changed.join(', ')}. Take these changes back, or leave noChangeNeeded out and say that the outcome is changed.`;
  }
  if (whyNoChange(result) !== null || isForReviewers(context)) return null;
  const way = context.round === 0 ? ', or say in noChangeNeeded why nothing is to be done' : '';
  return `No file is changed. Make the change${way}.`;
}

async function judgeMarkers(workspace: Workspace, changed: readonly string[]): Promise<string | null> {
  const left = await markersIn(workspace, changed);
  return left.length === 0 ? null : `Marks of a conflict are left in ${left.join(', ')}. Join the two sides.`;
}

async function judgeLimits(
  context: StepContext,
  workspace: Workspace,
  baseCommit: string,
): Promise<string | null> {
  const files = await measureChange(workspace, baseCommit);
  const broken = await brokenLimits(context, workspace, files);
  if (broken.length === 0) return null;
  const why = broken.join('; ');
  await context.tell({
    type: 'AI.ACTION.REFUSED',
    data: { action: FINISH, target: 'the whole change', rule: 'patch', why },
  });
  return `The whole change is not allowed: ${why}. Make it smaller, and take back what is protected.`;
}

interface TestJudge {
  judge(result: Change, changed: readonly string[]): Promise<string | null>;
  unproven(): string | null;
}

const UNSAID = 'the model did not say why';

function testJudge(context: StepContext, workspace: Workspace): TestJudge {
  let last: { readonly tree: string; readonly verdict: TestVerdict } | null = null;
  let timesRed = 0;
  let wasTold = false;
  let unproven: string | null = null;
  const verdictOf = async (changed: readonly string[]) => {
    const tree = await workspace.fingerprint();
    // The same tree has the same verdict, and tests may take long.
    if (last?.tree !== tree) {
      await context.progress(PROOF_PERCENT, 'running the tests without the change, and with it');
      const verdict = await proveTests(context, workspace, changed);
      last = { tree: await workspace.fingerprint(), verdict };
    }
    return last.verdict;
  };
  const judge = async ({ testsCannotFail }: Change, changed: readonly string[]) => {
    const verdict = await verdictOf(changed);
    if (verdict.kind === 'red') {
      timesRed += 1;
      return timesRed > RED_MAX ? null : describeRed(verdict);
    }
    const lack = LACKS.get(verdict.kind) ?? null;
    unproven = lack === null ? null : `${lack.said} Said of that: ${testsCannotFail ?? UNSAID}`;
    // Who says at once why there is no test need not be asked; that tests cannot fail is only seen by running them.
    if (lack === null || wasTold || (verdict.kind === 'untested' && testsCannotFail !== undefined))
      return null;
    wasTold = true;
    return lack.complaint;
  };
  return { judge, unproven: () => unproven };
}

/** Of the step: nearly done. */
const PROOF_PERCENT = 88;

interface Lack {
  /** To the model, once. */
  readonly complaint: string;
  /** To people, when the model leaves it at that. */
  readonly said: string;
}

const LACKS: ReadonlyMap<TestVerdict['kind'], Lack> = new Map([
  [
    'cannot-fail',
    {
      complaint:
        'The tests pass without the change, too: they do not prove it. Change them so that they fail on the code as it was, ' +
        'for the reason the issue names. Only if that cannot be, as for a change of form alone, hand in the same again with testsCannotFail: why.',
      said: 'The tests of this change pass without it, too.',
    },
  ],
  [
    'untested',
    {
      complaint:
        'Your change has no test. Write one that fails on the code as it was, for the reason the issue names. ' +
        'Only if there is nothing that a test could see, hand in the same again with testsCannotFail: why.',
      said: 'This change has no test of its own.',
    },
  ],
]);

function describeRed({ summary, output }: Extract<TestVerdict, { kind: 'red' }>): string {
  return `The tests fail with the change: ${summary}. The end of what they printed is data:\n\n${output}\n\nMend the change, or the test where it is wrong.`;
}
