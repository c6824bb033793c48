import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ERROR_CLASSES, type ErrorClass } from './errors.ts';
import {
  ATTEMPTS_MAX,
  decideRetry,
  PICK_UPS_MAX,
  RETRY_STRATEGIES,
  type RetryStrategy,
  retryDelayMs,
} from './retry-policy.ts';
import { codeWords, readTables } from './testing/markdown-table.ts';
import { pickFrom, seededRandom } from './testing/random.ts';

interface DocumentedRule {
  readonly retries: number;
  /** Delays without jitter, for each retry in turn. */
  readonly delaysMs: readonly number[];
  readonly capMs: number;
  readonly jitter: number;
}

const PAPER = readFileSync(join(import.meta.dirname, '../../../docs/states.md'), 'utf8');
const [table] = readTables(PAPER, '## Retry');
/** Our own cap on what a service may name; the paper knows none for it. */
const HOUR_MS = 3_600_000;
/** The middle of the range, where jitter neither adds nor takes. */
const EVEN = 0.5;

function documentedRules(): Map<string, DocumentedRule> {
  const rows = table?.rows ?? [];
  return new Map(
    rows.flatMap(([classes = '', retries = '', delay = '']) => {
      const rule = { retries: Number(retries), ...readDelay(delay) };
      return codeWords(classes).map((one): [string, DocumentedRule] => [one, rule]);
    }),
  );
}

/** Cells such as: "1, 2, 4 s with jitter of 50 %, cap 60 s", "what the service named, else 60 s", "none". */
function readDelay(cell: string): Omit<DocumentedRule, 'retries'> {
  const seconds = (/^([\d, ]+) s/.exec(cell) ?? /else (\d+) s/.exec(cell))?.[1] ?? '0';
  const delaysMs = seconds.split(',').map((one) => Number(one) * 1000);
  const cap = /cap (\d+) s/.exec(cell)?.[1];
  const jitter = Number(/jitter of (\d+) %/.exec(cell)?.[1] ?? 0) / 100;
  return { delaysMs, capMs: cap === undefined ? HOUR_MS : Number(cap) * 1000, jitter };
}

function delayOf(errorClass: ErrorClass, failures: number, random = EVEN): number | null {
  const decision = decideRetry({ class: errorClass, failures, random });
  return decision.retry ? decision.delayMs : null;
}

describe('retry policy, held against docs/states.md', () => {
  const rules = documentedRules();

  it('knows a rule for every class', () => {
    expect([...rules.keys()].toSorted()).to.deep.equal([...ERROR_CLASSES].toSorted());
  });

  for (const errorClass of ERROR_CLASSES) {
    const rule = rules.get(errorClass) ?? { retries: Number.NaN, delaysMs: [], capMs: 0, jitter: 0 };

    it(`retries ${errorClass} ${rule.retries} times, after the delays written down`, () => {
      for (let failures = 1; failures <= rule.retries; failures += 1) {
        expect(delayOf(errorClass, failures)).to.equal(rule.delaysMs[failures - 1] ?? rule.delaysMs[0]);
      }
      expect(delayOf(errorClass, rule.retries + 1)).to.equal(null);
      expect(delayOf(errorClass, 1000)).to.equal(null);
    });

    it(`adds and takes for ${errorClass} exactly the jitter written down`, () => {
      for (let failures = 1; failures <= rule.retries; failures += 1) {
        const delayMs = rule.delaysMs[failures - 1] ?? 0;
        expect(delayOf(errorClass, failures, 0)).to.equal(delayMs * (1 - rule.jitter));
        expect(delayOf(errorClass, failures, 1 - 2 ** -53)).to.equal(delayMs * (1 + rule.jitter));
      }
    });
  }

  it('stops a crash loop after the pick-ups written down', () => {
    expect(PAPER).to.contain('picked up more than ten times');
    expect(PICK_UPS_MAX).to.equal(10);
  });

  it('gives the queue an outer limit that every class fits into', () => {
    expect(ATTEMPTS_MAX).to.equal(1 + Math.max(...[...rules.values()].map((rule) => rule.retries)));
  });

  it('waits as long as the service named, up to the cap of the class', () => {
    const decide = (errorClass: ErrorClass, retryAfterMs: number) =>
      decideRetry({ class: errorClass, failures: 1, retryAfterMs, random: EVEN });
    expect(decide('rate-limit', 90_000)).to.deep.equal({ retry: true, delayMs: 90_000 });
    expect(decide('rate-limit', HOUR_MS + 1)).to.deep.equal({ retry: true, delayMs: HOUR_MS });
    expect(decide('network', 31_000)).to.deep.equal({ retry: true, delayMs: 30_000 });
    expect(decide('network', -1)).to.deep.equal({ retry: true, delayMs: 0 });
    expect(decide('model', 5000)).to.deep.equal({ retry: true, delayMs: 0 });
    expect(decide('gate', 5000)).to.deep.equal({ retry: false });
  });

  it('takes a named time that is no number as none', () => {
    const question = { class: 'rate-limit', failures: 1, retryAfterMs: Number.NaN, random: EVEN } as const;
    expect(decideRetry(question)).to.deep.equal({ retry: true, delayMs: 60_000 });
  });

  it('never goes beyond limit or cap, whatever it is asked', () => {
    const random = seededRandom(1);
    const named = [0, -5, 0.5, 1e3, 1e9, 1e300, Number.POSITIVE_INFINITY, Number.NaN];
    const answers = [{}, ...named.map((retryAfterMs) => ({ retryAfterMs }))];
    for (let i = 0; i < 5000; i += 1) {
      const errorClass = pickFrom(ERROR_CLASSES, random);
      const failures = 1 + Math.floor(random() * 50);
      const question = { class: errorClass, failures, ...pickFrom(answers, random) };
      const decision = decideRetry({ ...question, random: random() });
      const rule = rules.get(errorClass);
      if (rule === undefined) throw new Error(`no rule for ${errorClass}`);
      expect(decision.retry, JSON.stringify(question)).to.equal(failures <= rule.retries);
      if (decision.retry) expect(decision.delayMs).to.be.within(0, rule.capMs);
    }
  });
});

describe('the delay before a retry', () => {
  const delaysOf = (strategy: RetryStrategy, random = EVEN) =>
    [1, 2, 3, 4, 5, 6].map((retry) =>
      retryDelayMs({ strategy, firstDelayMs: 1000, capMs: 30_000, retry, random }),
    );

  it('grows by the same, or doubles, up to the cap', () => {
    expect(delaysOf('linear')).to.deep.equal([1000, 2000, 3000, 4000, 5000, 6000]);
    expect(delaysOf('exponential')).to.deep.equal([1000, 2000, 4000, 8000, 16_000, 30_000]);
  });

  it('is up to half more or less with jitter, and never above the cap', () => {
    expect(delaysOf('jittered')).to.deep.equal(delaysOf('exponential'));
    expect(delaysOf('jittered', 0)).to.deep.equal([500, 1000, 2000, 4000, 8000, 15_000]);
    const highest = delaysOf('jittered', 0.999_999);
    expect(highest).to.deep.equal([1500, 3000, 6000, 12_000, 24_000, 30_000]);
  });

  it('is a number of milliseconds for any retry, with any strategy', () => {
    for (const strategy of RETRY_STRATEGIES) {
      for (const firstDelayMs of [0, 1, 1000]) {
        for (const retry of [1, 2, 60, 1100, 1e9]) {
          const delayMs = retryDelayMs({ strategy, firstDelayMs, capMs: 60_000, retry, random: 0.9 });
          expect(delayMs, `${strategy} ${firstDelayMs} ${retry}`).to.be.within(0, 60_000);
        }
      }
    }
  });

  it('does not come for a call that was retried already where it was made', () => {
    for (const errorClass of ERROR_CLASSES) {
      const question = { class: errorClass, failures: 1, random: EVEN, exhausted: true };
      expect(decideRetry(question)).to.deep.equal({ retry: false });
    }
  });
});
