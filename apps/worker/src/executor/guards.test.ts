import { aiSchema, type Project } from '@tamma/contracts';
import { buildGitHubProject, buildHead, buildProject, buildStep } from '@tamma/contracts/testing';
import { AUTHOR_ROLES, type AuthorRole, CAPABILITIES, taskIdOf } from '@tamma/domain';
import { expect } from 'chai';
import { type AttemptFacts, refuseAttempt, refuseHandler, refuseUnplanned } from './guards.ts';

const STEPS = ['one', 'two', 'three'].map((id, index) => buildStep({ id, index }));
const HEAD = buildHead({ template: { name: 'test', hash: 'hash', steps: STEPS } });
const THIRD = buildStep({ id: 'three', index: 2 });
const doneWith = (...ids: string[]) => new Set(ids.map((id) => taskIdOf(HEAD.workflowId, id)));

function factsOf(facts: Partial<AttemptFacts> = {}): AttemptFacts {
  return { pickUps: 1, round: 0, rounds: [], done: new Set(), sandbox: 'none', ...facts };
}

function refuse(facts: Partial<AttemptFacts> = {}) {
  return refuseAttempt(HEAD, THIRD, factsOf({ done: doneWith('one', 'two'), ...facts }));
}

describe('guards before a step', () => {
  it('let a step run when every step before it has its outcome', () => {
    expect(refuse()).to.equal(null);
  });

  it('let the tenth pick-up run and call the eleventh a crash loop', () => {
    expect(refuse({ pickUps: 10 })).to.equal(null);
    expect(refuse({ pickUps: 11 })).to.include({ code: 'CRASH_LOOP', class: 'system' });
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
        return refuseAttempt(head, step, factsOf({ sandbox }))?.code === 'SANDBOX_MISSING';
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

  it('demand a sandbox for commands about an issue by somebody who is no member, but of a folder or of a task', () => {
    const project = buildGitHubProject();
    const STEP = buildStep({ capability: 'test' });
    const codeOf = (head: Partial<typeof HEAD>, sandbox: AttemptFacts['sandbox'] = 'none') =>
      refuseAttempt(buildHead(head), STEP, factsOf({ sandbox }))?.code ?? null;
    const by = (authorRole: AuthorRole) => ({ ...HEAD.issue, authorRole });
    const refused = AUTHOR_ROLES.filter((role) => codeOf({ project, issue: by(role) }) !== null);
    expect(refused).to.deep.equal(['contributor', 'none']);
    expect(codeOf({ project, issue: by('none') })).to.equal('SANDBOX_MISSING');
    expect(codeOf({ project, issue: by('none') }, 'bubblewrap')).to.equal(null);
    expect(codeOf({ issue: by('none') })).to.equal(null);
    expect(codeOf({ project, issue: by('none'), task: { type: 'workflow', payload: {} } })).to.equal(null);
    const reading = refuseAttempt(
      buildHead({ project, issue: by('none') }),
      buildStep({ capability: 'ai' }),
      factsOf(),
    );
    expect(reading).to.equal(null);
  });

  it('take a coding CLI for a command, whatever the step', () => {
    const ai = aiSchema.parse({ provider: 'command', command: ['claude', '-p'] });
    const gates = { ...buildProject().gates, sandbox: 'required' as const };
    const step = buildStep({ capability: 'ai' });
    const refusal = (project: Project) =>
      refuseAttempt(buildHead({ project }), step, factsOf())?.code ?? null;
    expect(refusal(buildProject({ gates, ai }))).to.equal('SANDBOX_MISSING');
    expect(refusal(buildProject({ gates }))).to.equal(null);
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

describe('guards before a step of a round', () => {
  const rounds = [
    { number: 1, kind: 'repair', askedBy: 'demo-1.r1.three', steps: ['one', 'two'] },
    { number: 2, kind: 'repair', askedBy: 'demo-1.r1.three', steps: ['two'] },
  ] as const;
  const [ONE, SECOND] = STEPS;
  const inRound = (step: typeof ONE, round: number, ...done: string[]) =>
    refuseAttempt(HEAD, step ?? THIRD, factsOf({ round, rounds, done: doneWith(...done) }));

  it('let the first step of a round run when the steps before it are done', () => {
    expect(inRound(ONE, 1)).to.equal(null);
    expect(inRound(SECOND, 2, 'one')).to.equal(null);
  });

  it('want the earlier steps of the same round as well, in that very round', () => {
    expect(inRound(SECOND, 1, 'one', 'one.1')).to.equal(null);
    expect(inRound(SECOND, 1, 'one')?.message).to.equal('step two was released although one has no outcome');
    expect(inRound(SECOND, 1, 'one', 'one.2')).to.include({ code: 'PREDECESSOR_MISSING' });
  });

  it('want the steps before it on the way there, whatever a round says', () => {
    expect(inRound(SECOND, 1, 'one.1')).to.include({ code: 'PREDECESSOR_MISSING' });
  });

  it('refuse a step that its round does not hold, and a round nobody asked for', () => {
    expect(inRound(ONE, 2)).to.include({ code: 'ROUND_UNPLANNED', class: 'validation' });
    expect(inRound(ONE, 3)?.message).to.equal('step one is not part of round 3 of its workflow');
  });
});
