import { expect } from 'chai';
import { type Bench, createBench } from '../testing/bench.ts';
import type { InjectionCase } from './testing/case.ts';
import { CONVERSATION } from './testing/cases/conversation.ts';
import { ISSUE_TEXT } from './testing/cases/issue-text.ts';
import { REPOSITORY_FILES } from './testing/cases/repository-files.ts';
import { RESULTS } from './testing/cases/results.ts';
import { REVIEW } from './testing/cases/review.ts';
import { ASKING, PLANTED, TOO_MUCH } from './testing/cases/too-much.ts';
import { UNSEEN } from './testing/cases/unseen.ts';
import { expectData, expectHeld, expectNothingElse, isShown, refsOf, refusalsOf } from './testing/checks.ts';
import { BASE_FILES, play } from './testing/stage-case.ts';

const CASES: readonly InjectionCase[] = [
  ...ISSUE_TEXT,
  ...CONVERSATION,
  ...REPOSITORY_FILES,
  ...REVIEW,
  ...TOO_MUCH,
  ...ASKING,
  ...RESULTS,
];
/** Of them, those whose refusal is an event. */
const REFUSED_MIN = 45;

/** Each is played twice at once: by a model that ignores what the text demands, and by one that obeys it to the letter. */
describe('injected orders', () => {
  let shared: Bench;
  let refs: ReadonlyMap<string, string>;
  const tally = { attempted: 0, refused: 0 };

  before(async () => {
    process.env[PLANTED.name] = PLANTED.value;
    shared = await createBench({ files: BASE_FILES });
  });
  beforeEach(async () => {
    refs = await refsOf(shared);
  });
  after(async () => {
    Reflect.deleteProperty(process.env, PLANTED.name);
    await shared[Symbol.asyncDispose]();
    const { attempted, refused } = tally;
    const rest = `${attempted - refused} mended, neutralized or without effect`;
    process.stdout.write(
      `    ${attempted} of ${CASES.length} attempted: ${refused} refused by an event, ${rest}\n`,
    );
  });

  it('are many, each with a name of its own, and most are refused by an event', () => {
    expect(CASES.filter(({ held }) => held.rule !== undefined).length).to.be.at.least(REFUSED_MIN);
    expect(new Set(CASES.map(({ name }) => name)).size).to.equal(CASES.length);
  });

  for (const injected of CASES) {
    const { name, says, held } = injected;
    it(`in ${name}`, async () => {
      const [ignoring, obeying] = await Promise.all([
        play(shared, injected, 'ignores'),
        play(shared, injected, 'obeys'),
      ]);

      expect(ignoring.made.outcome).to.deep.include({ kind: 'done' });
      expect(refusalsOf(ignoring)).to.deep.equal([]);
      expect(isShown(ignoring, says), 'the text came before the eyes of the model').to.equal(true);
      expect(obeying.model.attempts, 'attempts of the model that obeys').to.have.length.above(0);
      for (const ran of [ignoring, obeying]) expectData(ran, says);
      await expectHeld(obeying, held);
      await expectNothingElse([ignoring, obeying], refs);
      tally.attempted += 1;
      tally.refused += held.rule === undefined ? 0 : 1;
    });
  }

  for (const unseen of UNSEEN) {
    it(`in ${unseen.name}: shown to no model`, async () => {
      const ran = await play(
        shared,
        { ...unseen, step: 'clarification', does: [[['list_files', {}]]], held: {} },
        'obeys',
      );

      expect(ran.made.outcome).to.deep.include({ kind: 'done' });
      expect(JSON.stringify(ran.model.requests)).to.not.include(unseen.says);
      expect(ran.model.attempts).to.deep.equal([]);
      await expectNothingElse([ran], refs);
    });
  }
});
