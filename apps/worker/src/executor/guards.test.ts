import { buildHead, buildProject, buildStep } from '@tamma/contracts/testing';
import { CAPABILITIES, taskIdOf } from '@tamma/domain';
import { expect } from 'chai';
import { type AttemptFacts, judgeWait, refuseAttempt, refuseHandler, refuseUnplanned } from './guards.ts';

const STEPS = ['one', 'two', 'three'].map((id, index) => buildStep({ id, index }));
const HEAD = buildHead({ template: { name: 'test', hash: 'hash', steps: STEPS } });
const THIRD = buildStep({ id: 'three', index: 2 });
const doneWith = (...ids: string[]) => new Set(ids.map((id) => taskIdOf(HEAD.workflowId, id)));

function refuse(facts: Partial<AttemptFacts> = {}) {
  return refuseAttempt(HEAD, THIRD, { attempt: 1, done: doneWith('one', 'two'), sandbox: 'none', ...facts });
}

describe('guards before a step', () => {
  it('let a step run when every step before it has its outcome', () => {
    expect(refuse()).to.equal(null);
  });

  it('let the tenth pick-up run and call the eleventh a crash loop', () => {
    expect(refuse({ attempt: 10 })).to.equal(null);
    expect(refuse({ attempt: 11 })).to.include({ code: 'CRASH_LOOP', class: 'system' });
  });

  it('refuse a step that was released although others have no outcome, and name them', () => {
    const refusal = refuse({ done: doneWith('two') });
    expect(refusal).to.include({ code: 'PREDECESSOR_MISSING', class: 'system' });
    expect(refusal?.message).to.equal('step three was released although one has no outcome');
    expect(refuse({ done: doneWith() })?.message).to.contain('one, two has no outcome');
  });

  it("do not take another workflow's outcome for ours", () => {
    const foreign = new Set(['demo-2.r1.one', 'demo-2.r1.two']);
    expect(refuse({ done: foreign })).to.include({ code: 'PREDECESSOR_MISSING' });
  });

  it('demand a sandbox only where commands run, and only when the project does', () => {
    const project = buildProject();
    const demanding = { ...project, gates: { ...project.gates, sandbox: 'required' } } as const;
    const refused = (head: typeof HEAD, sandbox: AttemptFacts['sandbox']) =>
      CAPABILITIES.filter((capability) => {
        const step = buildStep({ capability });
        return (
          refuseAttempt(head, step, { attempt: 1, done: new Set(), sandbox })?.code === 'SANDBOX_MISSING'
        );
      });
    expect(refused(buildHead({ project: demanding }), 'none')).to.deep.equal([
      'code',
      'build',
      'test',
      'security',
    ]);
    expect(refused(buildHead({ project: demanding }), 'bubblewrap')).to.deep.equal([]);
    expect(refused(buildHead({ project }), 'none')).to.deep.equal([]);
  });

  it('let a parked task wait until its deadline, give or take a clock, and then say that nobody came', () => {
    const wait = { on: 'approval', untilMs: 10_000, why: 'the plan needs a yes' } as const;
    expect(judgeWait(wait, 9_000)).to.equal(null);
    expect(judgeWait(wait, 9_960)).to.include({ code: 'DEADLINE_PASSED', class: 'conflict' });
    expect(judgeWait(wait, 10_000)?.message).to.equal('nobody came in time: the plan needs a yes');
  });

  it('say what to do about a step this worker has no code for, and about one nobody planned', () => {
    expect(refuseHandler(buildStep({ id: 'build', handler: 'build-gate' }))).to.deep.equal({
      code: 'HANDLER_MISSING',
      class: 'validation',
      message: 'this worker has no code "build-gate" for step build',
      remedy: 'update the worker to the version of the orchestrator',
    });
    expect(refuseUnplanned(HEAD, 'four')).to.include({ code: 'STEP_UNPLANNED', class: 'validation' });
  });
});
