import type { LadderRow } from './ladder.ts';
import type { Measured } from './measure.ts';
import type { Spread } from './statistics.ts';

/** A figure beside what it should be. */
export interface Judged {
  readonly id: string;
  readonly what: string;
  readonly value: string;
  readonly target: string;
  readonly met: boolean;
}

const STEPS = 14;
/** `WORKFLOW.STATE.CREATED` to `WORKFLOW.COMPLETED.SUCCESS` of a life without trouble; counted in the log. */
const EVENTS_PER_WORKFLOW = 59;
const SECONDS_PER_MINUTE = 60;
const BACKLOG_TOLERANCE = 0.1;

const least = (id: string, what: string, value: number, target: number, unit: string): Judged => ({
  id,
  what,
  value: `${round(value)}${unit}`,
  target: `at least ${target}${unit}`,
  met: value >= target,
});
const most = (id: string, what: string, value: number, target: number, unit: string): Judged => ({
  id,
  what,
  value: `${round(value)}${unit}`,
  target: `at most ${target}${unit}`,
  met: value <= target,
});

/** What the engine is to reach. */
export function judgeEngine(measured: Measured): readonly Judged[] {
  const { idle, redisBytes, slots, browser } = measured;
  const whole = rowOf(measured, 'relay');
  const [few, many] = slots;
  return [
    least('share', 'share of the bare rate with everything on, median', whole.share.median, 0.5, ''),
    least('share 2', 'the same, as wished for next', whole.share.median, 0.6, ''),
    most('lag', 'record behind its commits, p99', whole.recordLag?.p99 ?? Number.NaN, 2000, ' ms'),
    most('lag end', 'record behind the last step, largest', whole.lagAtEndMs.max, 2000, ' ms'),
    most('idle', 'one workflow on an idle system, p50', idle.engine.whole.p50, 20, ' ms'),
    most(
      'redis',
      'bytes of a running workflow, of those of the bare flow',
      redisBytes.enginePerWorkflow / redisBytes.barePerWorkflow,
      1.3,
      ' x',
    ),
    most('slot', `look for the next of ${many.waiting} waiting claims, p99`, many.query.p99, 5, ' ms'),
    backlog(few.workflowsPerSecond, many.workflowsPerSecond, whole.workflowsPerSecond),
    most('browser', `event to browser at ${browser.perSecond} events/s, p99`, browser.latency.p99, 50, ' ms'),
  ];
}

/** Within the spread of the pairs, or a tenth, whichever is larger. */
function backlog(few: number, many: number, { median, min, max }: Spread): Judged {
  const tolerance = Math.max(BACKLOG_TOLERANCE, (max - min) / median);
  const ratio = many / few;
  return {
    id: 'backlog',
    what: 'rate with the large backlog, of that with the small one',
    value: `${round(ratio)} (${round(many)} of ${round(few)} workflows/s)`,
    target: `at least ${round(1 - tolerance)}`,
    met: ratio >= 1 - tolerance,
  };
}

/** The figures the requirements began with, PRF-01 to PRF-08. */
export function judgeSeedFigures(measured: Measured): readonly Judged[] {
  const { idle, small } = measured;
  const whole = rowOf(measured, 'relay');
  const tasksPerMinute = whole.workflowsPerSecond.median * STEPS * SECONDS_PER_MINUTE;
  const eventsPerMinute = whole.recordedPerSecond.median * EVENTS_PER_WORKFLOW * SECONDS_PER_MINUTE;
  const perTask = (idle.engine.whole.p50 - idle.engine.add.p50) / STEPS;
  return [
    most('PRF-01', 'submission: claim and start of a workflow, idle, p50', idle.engine.add.p50, 10, ' ms'),
    most('PRF-02', 'overhead per task: a workflow of no-op steps / 14, idle, p50', perTask, 100, ' ms'),
    most('PRF-03', 'queue operation: status of a task, p50', small.queueCall.p50, 1, ' ms'),
    most('PRF-04', 'state transition: one event folded, p99', small.transition.p99, 1, ' ms'),
    most('PRF-05', 'event emission: until it is on its way, p50', small.emit.p50, 0.1, ' ms'),
    most('PRF-06', 'validation per task: payload and event, p99', small.validation.p99, 1, ' ms'),
    least('PRF-07', 'sustained tasks with everything on', tasksPerMinute, 1000, '/min'),
    least('PRF-08', 'sustained events on record', eventsPerMinute, 10_000, '/min'),
  ];
}

function rowOf({ ladder }: Pick<Measured, 'ladder'>, rung: LadderRow['rung']): LadderRow {
  const row = ladder.find((one) => one.rung === rung);
  if (row === undefined) throw new Error(`rung ${rung} was not measured`);
  return row;
}

/** Three digits that say something. */
export function round(value: number): string {
  if (!Number.isFinite(value)) return '?';
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return String(Number(value.toPrecision(3)));
}
