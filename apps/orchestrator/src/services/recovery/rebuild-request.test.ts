import { buildHead, buildStep } from '@tamma/contracts/testing';
import type { StoredOutcome } from '@tamma/coordination';
import type { ArtifactName, Round } from '@tamma/domain';
import { expect } from 'chai';
import { planRebuild } from './rebuild-request.ts';
import type { RecordedWork } from './recorded-work.ts';
import { tasksLeftOf } from './tasks-left.ts';

const ID = 'demo-1.r1';
const STEPS = ['plan', 'code', 'build', 'test', 'merge'];
const steps = STEPS.map((id, index) => buildStep({ id, index, opens: index === 0 }));
const head = buildHead({ workflowId: ID, template: { name: 't', hash: 'h', steps } });
const DONE: StoredOutcome = { kind: 'done', result: null };

function round(number: number, askedBy: string, again: readonly string[]): Round {
  return { number, kind: 'repair', askedBy: `${ID}.${askedBy}`, steps: again };
}

function leftOf(rounds: readonly Round[], done: readonly string[]): string[] {
  const isDone = (taskId: string) => done.includes(taskId.slice(ID.length + 1));
  return tasksLeftOf({ head, rounds, isDone }).map(({ taskId }) => taskId.slice(ID.length + 1));
}

function planOf(work: Partial<RecordedWork>, artifacts: ReadonlyMap<ArtifactName, string> = new Map()) {
  const nothing = { gates: [], rounds: [], decisions: [], orders: new Map(), activeMs: 0 };
  const empty = { outcomes: new Map(), attempts: new Map(), artifacts: new Map() };
  return planRebuild({
    head,
    work: { ...nothing, ...empty, ...work },
    artifacts,
    suspendedUntilMs: null,
    queued: new Set([`${ID}.merge`]),
    events: [],
  });
}

describe('what is left of a flow', () => {
  it('is the spine from the first step that is not done', () => {
    expect(leftOf([], [])).to.deep.equal(STEPS);
    expect(leftOf([], ['plan', 'code'])).to.deep.equal(['build', 'test', 'merge']);
    expect(leftOf([], STEPS)).to.deep.equal([]);
  });

  it('has the open steps of a round before the one that asked, and of a round within a round likewise', () => {
    const first = round(1, 'test', ['code', 'build']);
    expect(leftOf([first], ['plan', 'code', 'build', 'code.1'])).to.deep.equal(['build.1', 'test', 'merge']);
    const second = round(2, 'build.1', ['code']);
    expect(leftOf([first, second], ['plan', 'code', 'build', 'code.1'])).to.deep.equal([
      'code.2',
      'build.1',
      'test',
      'merge',
    ]);
  });

  it('ends whatever a damaged record says about who asked', () => {
    const rounds = [round(1, 'code.1', ['code']), round(2, 'code.2', ['code'])];
    expect(leftOf(rounds, [])).to.deep.equal(STEPS);
  });
});

describe('a plan to rebuild', () => {
  it('passes over attempts that may have begun unseen, but for tasks that the queue still counts', () => {
    const attempts = new Map([[`${ID}.plan`, 4]]);
    const { request, tasks } = planOf({ attempts });
    expect(request.attempts.get(`${ID}.plan`)).to.equal(6);
    expect(tasks.map(({ payload }) => payload.attemptsBefore)).to.deep.equal([6, 2, 2, 2, undefined]);
  });

  it('has a task that stopped for good among those that run, and keeps why it stopped', () => {
    const error = { code: 'X', class: 'gate', message: 'red' } as const;
    const stop: StoredOutcome = { kind: 'stop', reason: { kind: 'escalate', error } };
    const outcomes = new Map<string, StoredOutcome>([
      [`${ID}.plan`, DONE],
      [`${ID}.code`, stop],
    ]);
    const { request, tasks } = planOf({ outcomes });
    expect(tasks[0]?.taskId).to.equal(`${ID}.code`);
    expect(request.outcomes.get(`${ID}.code`)).to.deep.equal(stop);
  });

  it('has the last task run again whose artifact did not reach the record, and no earlier one', () => {
    const artifacts = new Map([['PLAN.md', { sha256: 'a', taskId: `${ID}.plan` }]] as const);
    const written = { artifacts };
    const last = planOf({ ...written, outcomes: new Map([[`${ID}.plan`, DONE]]) });
    expect(last.tasks[0]?.taskId).to.equal(`${ID}.plan`);
    expect(last.request.outcomes.size).to.equal(0);
    const body = new Map<ArtifactName, string>([['PLAN.md', 'the plan']]);
    const read = planOf({ ...written, outcomes: new Map([[`${ID}.plan`, DONE]]) }, body);
    expect(read.tasks[0]?.taskId).to.equal(`${ID}.code`);
    const both = new Map([
      [`${ID}.plan`, DONE],
      [`${ID}.code`, DONE],
    ]);
    expect(planOf({ ...written, outcomes: both }).tasks[0]?.taskId).to.equal(`${ID}.build`);
  });

  it('has the last step run again whose workflow was not told as ended', () => {
    const outcomes = new Map(STEPS.map((step) => [`${ID}.${step}`, DONE]));
    expect(planOf({ outcomes }).tasks.map(({ taskId }) => taskId)).to.deep.equal([`${ID}.merge`]);
  });
});
