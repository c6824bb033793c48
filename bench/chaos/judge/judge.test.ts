import { expect } from 'chai';
import type { Blow } from '../blows/strike.ts';
import { isSound } from '../table.ts';
import {
  evidence,
  line,
  STEPS,
  soundIssue,
  soundRecord,
  soundWitness,
  taskOf,
  WORKER_PID,
  without,
} from '../testing/made-up.ts';
import type { WitnessLine } from '../witness/line.ts';
import type { Evidence, IssueFacts } from './evidence.ts';
import { judge } from './judge.ts';

describe('the judge', () => {
  it('finds nothing in a sound run, and lets it pass', () => {
    const verdict = judge(evidence());
    expect(verdict).to.deep.equal({
      hits: 0,
      freezes: 0,
      finished: 1,
      mergedOnce: 1,
      duplicates: [],
      disorder: [],
      missing: [],
      stuck: [],
      unseen: [],
      unfinished: [],
    });
    expect(isSound({ verdict, workflows: 1, hitsMin: 0 })).to.equal(true);
    expect(isSound({ verdict, workflows: 2, hitsMin: 0 })).to.equal(false);
    expect(isSound({ verdict, workflows: 1, hitsMin: 1 })).to.equal(false);
  });

  const bent = (part: Partial<IssueFacts>): Partial<Evidence> => ({ issues: [{ ...soundIssue(), ...part }] });
  const pull = { head: 'tamma/issue-1', number: 2, state: 'open' };
  const commit = { hash: 'c2', task: taskOf('code-generation') };
  const marker = soundIssue().markers[0] ?? '';

  const DUPLICATES: Readonly<Record<string, Partial<Evidence>>> = {
    'two merge commits': bent({ merges: ['m1', 'm2'] }),
    'two pull requests for one head': bent({ pullRequests: [...soundIssue().pullRequests, pull] }),
    'pull requests for two branches': bent({
      pullRequests: [...soundIssue().pullRequests, { ...pull, head: 'tamma/issue-1-2' }],
    }),
    'two comments with one marker': bent({ markers: [marker, marker] }),
    'two commits of one task': bent({ commits: [...soundIssue().commits, commit] }),
    'two workflows for one issue': {
      record: [soundRecord(), { ...soundRecord(), workflowId: 'notes-1.r2' }],
    },
    'a second push of another commit': {
      witness: [
        ...soundWitness(),
        line({
          effect: 'push',
          phase: 'after',
          task: taskOf('code-generation'),
          attempt: 2,
          result: 'pushed',
          commit: 'c2',
        }),
      ],
    },
  };
  for (const [name, part] of Object.entries(DUPLICATES)) {
    it(`finds ${name}`, () => {
      const verdict = judge(evidence(part));
      expect(verdict.duplicates).to.have.length(1);
      expect(isSound({ verdict, workflows: 1, hitsMin: 0 })).to.equal(false);
    });
  }

  it('takes an effect that a later attempt repeated for what it is: the same thing again', () => {
    const again = line({ effect: 'ensureComment', phase: 'after', task: taskOf('branch-setup'), attempt: 2 });
    expect(judge(evidence({ witness: [...soundWitness(), again] })).duplicates).to.deep.equal([]);
  });

  it('finds a body that began before the one above it was done', () => {
    const early = line({ effect: 'body', phase: 'before', task: taskOf('code-generation') });
    const verdict = judge(evidence({ witness: [early, ...soundWitness()] }));
    expect(verdict.disorder).to.deep.equal([
      'attempt 1 of notes-1.r1.code-generation began before notes-1.r1.branch-setup was done',
    ]);
    expect(isSound({ verdict, workflows: 1, hitsMin: 0 })).to.equal(false);
  });

  it('does not take a body that was tried again, or that threw, for one that was done', () => {
    const thrown = soundWitness().map((one) =>
      one.effect === 'body' && one.task === taskOf('branch-setup') && one.phase === 'after'
        ? { ...one, result: 'thrown' }
        : one,
    );
    expect(judge(evidence({ witness: thrown })).disorder).to.have.length(1);
  });

  for (const type of new Set(soundRecord().events.map((one) => one.type))) {
    it(`misses ${type} when it is not in the record`, () => {
      const verdict = judge(evidence({ record: [without(type)] }));
      expect(verdict.missing).to.have.length.above(0);
      expect(verdict.missing.join()).to.include(type);
      expect(isSound({ verdict, workflows: 1, hitsMin: 0 })).to.equal(false);
    });
  }

  it('misses the beginning of one attempt among others', () => {
    const second = line({ effect: 'body', phase: 'before', task: taskOf('pull-request'), attempt: 2 });
    expect(judge(evidence({ witness: [...soundWitness(), second] })).missing).to.deep.equal([
      'notes-1.r1.pull-request, attempt 2: TASK.DEQUEUED.SUCCESS of notes-1.r1.pull-request by 2',
    ]);
  });

  it('gives a workflow that is not over the time to tell what it did', () => {
    const record = { ...without('PR.OPENED.SUCCESS'), status: 'running' as const };
    expect(judge(evidence({ record: [record] })).missing).to.deep.equal([]);
    const begun = { ...without('TASK.DEQUEUED.SUCCESS'), status: 'running' as const };
    expect(judge(evidence({ record: [begun] })).missing).to.have.length(STEPS.length);
  });

  it('misses a merge that is in the repository though nobody lived to witness it', () => {
    const issues = [{ ...soundIssue(), merges: ['m9'] }];
    expect(judge(evidence({ issues })).missing).to.deep.equal(['PR.MERGED.SUCCESS of notes#1 with m9']);
  });

  it('misses everything of a workflow that is not in the record, and a chain that does not hold', () => {
    expect(judge(evidence({ record: [] })).missing).to.have.length.above(STEPS.length);
    expect(judge(evidence({ record: [{ ...soundRecord(), isChained: false }] })).missing).to.deep.equal([
      'the chain of hashes of notes-1.r1 does not hold',
    ]);
  });

  it('trusts no witness that is blind to a step or an effect that must have happened', () => {
    const blindTo = (isHidden: (one: WitnessLine) => boolean) =>
      judge(evidence({ witness: soundWitness().filter((one) => !isHidden(one)) }));
    const verdict = blindTo((one) => one.effect === 'push');
    expect(verdict.unseen).to.deep.equal(['nobody saw push in notes-1.r1']);
    expect(isSound({ verdict, workflows: 1, hitsMin: 0 })).to.equal(false);
    const step = taskOf('pull-request');
    expect(blindTo((one) => one.effect === 'body' && one.task === step).unseen).to.deep.equal([
      `nobody saw the body of ${step}`,
    ]);
  });

  const open = { ...soundRecord(), status: 'running' as const };
  const paused = { ...soundRecord(), status: 'paused' as const };
  const untouched = { ...soundIssue(), isClosed: false, merges: [], commits: [], pullRequests: [] };

  it('calls stuck what neither ended nor waits for a person', () => {
    const waiting = { reason: 'worker', why: 'its step is queued' };
    for (const record of [[], [open], [{ ...open, waiting }]]) {
      const verdict = judge(evidence({ issues: [untouched], witness: [], record }));
      expect([verdict.finished, verdict.stuck.length]).to.deep.equal([0, 1]);
      expect(isSound({ verdict, workflows: 1, hitsMin: 0 })).to.equal(false);
    }
  });

  it('calls unfinished, not stuck, what waits for a person or was given up', () => {
    const waiting = { reason: 'human', why: 'a step failed for good' };
    for (const record of [
      { ...paused, waiting },
      { ...soundRecord(), status: 'cancelled' as const },
    ]) {
      const verdict = judge(evidence({ issues: [untouched], witness: [], record: [record] }));
      expect([verdict.finished, verdict.stuck.length, verdict.unfinished.length]).to.deep.equal([0, 0, 1]);
      expect(isSound({ verdict, workflows: 1, hitsMin: 0 })).to.equal(false);
    }
  });

  it('believes no record that calls completed what the platform shows otherwise', () => {
    for (const part of [{ isClosed: false }, { hasFile: false }, { merges: [] }, { pullRequests: [] }]) {
      const verdict = judge(evidence(bent(part)));
      expect([verdict.finished, verdict.unfinished.length], JSON.stringify(part)).to.deep.equal([0, 1]);
    }
  });
});

describe('a blow', () => {
  const blow: Blow = { kind: 'kill', target: 'worker-1', targetKind: 'worker', pid: WORKER_PID, at: 3 };
  const hits = (part: Partial<Blow>) => judge(evidence({ blows: [{ ...blow, ...part }] })).hits;

  it('is a hit while a body has begun and its attempt is not over', () => {
    const ends = soundWitness().filter(({ effect, phase }) => effect === 'attempt' && phase === 'after');
    const end = ends[0]?.at ?? 0;
    const begin = 2;
    expect([
      hits({ at: begin - 1 }),
      hits({ at: begin }),
      hits({ at: end - 1 }),
      hits({ at: end }),
    ]).to.deep.equal([0, 1, 1, 0]);
  });

  it('is counted apart when it only froze the worker', () => {
    const verdict = judge(evidence({ blows: [{ ...blow, kind: 'freeze' }] }));
    expect([verdict.hits, verdict.freezes]).to.deep.equal([0, 1]);
  });

  it('is none on an idle worker, on another process, or on a server', () => {
    expect(hits({ at: 10_000 })).to.equal(0);
    expect(hits({ pid: WORKER_PID + 1 })).to.equal(0);
    expect(hits({ targetKind: 'redis' })).to.equal(0);
  });

  it('is one hit, however many steps it meets, and counts when the process died with its step', () => {
    const task = taskOf('pull-request');
    const witness = [1, 2].map((attempt) =>
      line({ effect: 'body', phase: 'before', task, attempt, at: attempt }),
    );
    expect(judge(evidence({ witness, blows: [blow] })).hits).to.equal(1);
  });
});
