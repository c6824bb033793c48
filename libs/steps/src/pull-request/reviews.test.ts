import { TammaError } from '@tamma/domain';
import { expect } from 'chai';
import { ANSWERS } from '../testing/answers.ts';
import { attempt, errorOf, runStep, typesOf } from '../testing/attempt.ts';
import { type Bench, createBench } from '../testing/bench.ts';
import { seedDeliverable } from '../testing/delivery.ts';
import { drive } from '../testing/drive.ts';
import { callTools, finish } from '../testing/model.ts';
import { roundOf, seedRounds } from '../testing/rounds.ts';
import { buildRemark, buildReview } from '../testing/said.ts';

const SLOW_MS = 60_000;
const MENDING = ['code-generation', 'build-gate', 'test-gate', 'security-gate', 'code-review'] as const;
const SETTINGS = { required: 0, deadline: 1000, recheck: 1000, settle: 0 };

/** A deliverable head, and maria, who may write. Returns the head. */
async function prepare(bench: Bench): Promise<string> {
  bench.stage.roles.set('maria', 'write').set('visitor', 'read');
  return await seedDeliverable(bench);
}

const run = (bench: Bench, isTimeUp = false) => runStep(bench, 'pull-request', { isTimeUp });

function queueChange({ model }: Bench, text: string): void {
  model.queue(
    callTools(['write_file', { path: 'change.txt', text: `${text}\n` }]),
    finish(ANSWERS['code-generation']),
    finish(ANSWERS['code-review']),
  );
}

/** The round that was asked for, up to its review. */
async function mend(bench: Bench): Promise<void> {
  for (const step of MENDING) {
    const { outcome } = await drive(bench, step, { round: bench.rounds.length });
    expect(outcome.kind, step).to.equal('done');
  }
}

describe('pull-request, when reviewers have something to say', function () {
  this.timeout(SLOW_MS);

  it('leaves them to finish, and takes up all they left until then', async () => {
    await using bench = await createBench();
    const headCommit = await prepare(bench);
    bench.stage.remarks.push(buildRemark());

    expect((await run(bench)).outcome).to.include({
      on: 'review',
      key: `${headCommit}:remarks:remark-1`,
      forMs: 60_000,
      atDeadline: 'run',
    });
    bench.stage.remarks.push(
      buildRemark({ id: 'remark-2', at: '2026-01-02T00:00:30.000Z', body: 'Here too.' }),
    );
    const waiting = await run(bench, true);
    expect(waiting.outcome).to.include({ key: `${headCommit}:remarks:remark-2` });
    const sent = await run(bench, true);

    expect(roundOf(sent)).to.deep.equal({ kind: 'review', steps: MENDING });
    expect(sent.artifacts.get('REVIEW.md')).to.equal(
      '# What the reviewers of the pull request want\n\n' +
        '## maria on src/double.js:1\n\n> Why twice?\n\n## maria on src/double.js:1\n\n> Here too.\n',
    );
  });

  it('does not wait for ever for somebody who goes on writing', async () => {
    await using bench = await createBench();
    await prepare(bench);
    bench.stage.remarks.push(buildRemark(), buildRemark({ id: 'late', at: '2026-01-02T00:10:00.000Z' }));
    expect(roundOf(await run(bench)).kind).to.equal('review');
  });

  it('heeds nobody else: no stranger, no bot, and not the account that we are', async () => {
    await using bench = await createBench();
    await prepare(bench);
    bench.stage.reviews.push(
      buildReview({ author: 'visitor' }),
      buildReview({ author: 'lint[bot]', authorKind: 'bot' }),
      buildReview({ author: 'tamma' }),
    );
    bench.stage.roles.set('lint[bot]', 'admin').set('tamma', 'admin');
    bench.stage.remarks.push(buildRemark({ author: 'visitor' }));
    expect((await run(bench)).outcome.kind).to.equal('done');
  });

  it('asks for the roles of a bounded number of accounts', async () => {
    await using bench = await createBench();
    await prepare(bench);
    for (let i = 0; i < 500; i += 1)
      bench.stage.remarks.push(buildRemark({ id: `${i}`, author: `visitor-${i}` }));
    let asked = 0;
    const platform = {
      ...bench.platform,
      readRole: async (name: string) => {
        asked += 1;
        return bench.platform.readRole(name);
      },
    };
    expect((await attempt(bench, 'pull-request', { platform })).outcome.kind).to.equal('done');
    expect(asked).to.equal(50);
  });

  it('loses sight of no objection in a crowd that talks, or objects, after it', async () => {
    await using bench = await createBench();
    await prepare(bench);
    bench.stage.reviews.push(buildReview());
    const at = '2026-01-03T00:00:00.000Z';
    for (let i = 0; i < 200; i += 1) {
      const author = `visitor-${i}`;
      bench.stage.remarks.push(buildRemark({ id: `${i}`, author, at }));
      bench.stage.reviews.push(buildReview({ id: `review-of-${author}`, author, at }));
    }
    expect((await run(bench)).outcome).to.include({ kind: 'wait', on: 'review' });
  });

  it('answers every remark of the round once, naming the commit, and none that came later', async () => {
    await using bench = await createBench();
    await prepare(bench);
    bench.stage.remarks.push(buildRemark());
    bench.stage.reviews.push(buildReview());
    await run(bench);
    queueChange(bench, 'one');

    bench.stage.roles.set('zoe', 'admin');
    const late = buildRemark({ id: 'late', author: 'zoe', at: '2026-01-05T00:00:00.000Z' });
    const sent = await runStep(bench, 'pull-request', { isTimeUp: true });
    expect(roundOf(sent).kind).to.equal('review');
    bench.stage.remarks.push(late);
    await mend(bench);
    const answered = await run(bench);

    const head = bench.results.get('code-generation');
    expect(answered.outcome).to.include({ on: 'review' });
    const [, , reply] = bench.stage.remarks;
    expect(reply).to.include({ inReplyTo: 'remark-1', author: 'tamma' });
    expect(reply?.body).to.match(/^Seen to in [0-9a-f]{40}\.\n\nAdded double\./);
    expect(head).to.have.property(
      'headCommit',
      reply?.body.slice('Seen to in '.length, 'Seen to in '.length + 40),
    );
    const comments = await bench.readComments();
    expect(comments).to.have.length(1);
    expect(comments[0]).to.include('tamma:reply:review-1');
    expect(answered.facts.find(({ type }) => type === 'REVIEW.ADDRESSED.SUCCESS')?.data).to.include({
      remarks: 2,
    });
    expect(bench.stage.remarks.filter(({ inReplyTo }) => inReplyTo === 'late')).to.deep.equal([]);

    const again = await run(bench);
    expect(typesOf(again)).not.to.include('REVIEW.ADDRESSED.SUCCESS');
    expect(await bench.readComments()).to.have.length(1);
  });

  it('answers once when an attempt died between its answers and its end', async () => {
    await using bench = await createBench();
    await prepare(bench);
    bench.stage.remarks.push(buildRemark());
    await run(bench);
    await run(bench, true);
    queueChange(bench, 'one');
    await mend(bench);
    await attempt(bench, 'pull-request');
    expect((await run(bench)).outcome.kind).to.equal('done');
    expect(bench.stage.remarks.filter(({ inReplyTo }) => inReplyTo !== null)).to.have.length(1);
  });

  it('lets a question be answered without a change', async () => {
    await using bench = await createBench();
    const headCommit = await prepare(bench);
    bench.stage.remarks.push(buildRemark());
    await run(bench);
    await run(bench, true);
    bench.model.queue(
      finish({ ...ANSWERS['code-generation'], summary: 'Twice is what #1 asks for, @maria.' }),
    );
    bench.model.queue(finish(ANSWERS['code-review']));
    await mend(bench);
    expect((await run(bench)).outcome).to.deep.include({ kind: 'done' });
    expect(bench.results.get('pull-request')).to.have.property('headCommit', headCommit);
    const reply = bench.stage.remarks.at(-1)?.body;
    expect(reply).to.match(/^Looked into; nothing was changed\.\n\nTwice is .* @\u200bmaria\./);
  });

  it('goes on when a remark was taken back before it could be answered', async () => {
    await using bench = await createBench();
    const commit = await prepare(bench);
    const taken = [{ id: '404', kind: 'line', commit, isAnswered: false }];
    bench.artifacts.set(
      'delivery.json',
      JSON.stringify({ number: null, described: null, rerun: null, taken }),
    );
    const platform = {
      ...bench.platform,
      ensureReply: async () => {
        throw new TammaError('REMARK_MISSING', 'there is no remark 404', { class: 'validation' });
      },
    };
    const made = await attempt(bench, 'pull-request', { platform });
    expect(made.outcome.kind).to.equal('done');
    expect(made.artifacts.get('delivery.json')).to.include('"isAnswered": true');
  });

  it('escalates with what they want after three rounds', async () => {
    await using bench = await createBench({ project: { reviews: SETTINGS } });
    await prepare(bench);
    seedRounds(bench, 'review', 'pull-request');
    bench.stage.reviews.push(buildReview());
    const made = await run(bench);
    expect(errorOf(made)).to.include({ code: 'REVIEW_ROUNDS_EXHAUSTED', class: 'conflict' });
    expect(errorOf(made).message).to.include('maria left one remark to see to: Name it twice.; 3 rounds');
    expect(made.artifacts.get('REVIEW.md')).to.include('> Name it twice.');
    expect(made.artifacts.get('delivery.json')).not.to.include('review-1');
  });

  it('counts approvals of this very commit by people who may, and not of whoever asked for the work', async () => {
    await using bench = await createBench({ project: { reviews: { ...SETTINGS, required: 1 } } });
    const commit = await prepare(bench);
    bench.stage.roles.set('sam', 'admin');
    bench.stage.reviews.push(
      buildReview({ state: 'approved', commit: 'beef' }),
      buildReview({ state: 'approved', commit, author: 'visitor' }),
      buildReview({ state: 'approved', commit, author: 'sam' }),
    );
    const started = { ...bench, head: { ...bench.head, startedBy: 'sam' } };
    expect((await runStep(started, 'pull-request')).outcome).to.include({ on: 'review', key: commit });
    bench.stage.reviews.push(buildReview({ state: 'approved', commit }));
    expect((await runStep(started, 'pull-request')).outcome.kind).to.equal('done');
  });
});
