import type { CpuTimes } from './cpu-time.ts';
import { type Judged, judgeEngine, judgeSeedFigures, round } from './judge.ts';
import type { LadderRow } from './ladder.ts';
import type { Measured } from './measure.ts';
import type { ProfileRows, Rung } from './protocol.ts';
import type { Latency, Spread } from './statistics.ts';

const NAMES: Readonly<Record<Rung, string>> = {
  bare: 'bare BullMQ',
  guard: '+ guard (begin)',
  commit: '+ commit point and events',
  record: '+ claims and record',
  relay: '+ relay: the whole engine',
};

/** The whole report, as text for a terminal. */
export function describeMeasured(measured: Measured): string {
  const { sizes } = measured;
  const { workflows, rounds } = sizes.ladder;
  return [
    `${workflows} workflows of 14 no-op steps per run, ${sizes.concurrency} attempts at once per queue,`,
    `${rounds} interleaved rounds; median (smallest - largest). Shares are of the bare rate of the same round.`,
    `Meanwhile other processes took ${round(measured.strangersShare * 100)} % of this machine's processors.`,
    '',
    ...table([
      ['', 'workflows/s', 'share of bare', 'on record/s', 'add p50 / p99 ms', 'lag p50 / p99 / end ms'],
      ...measured.ladder.map(ladderLine),
    ]),
    '',
    'Processor time per workflow, ms',
    ...table([
      ['', 'orchestrator', 'worker', 'Redis', 'PostgreSQL', 'watcher', 'all but the watcher'],
      ...measured.ladder.map(({ rung, cpuMsPerWorkflow }) => cpuLine(NAMES[rung], cpuMsPerWorkflow)),
    ]),
    'orchestrator: claims, starts, recorder, relay and the bench itself; watcher: the Socket.IO client',
    '',
    ...otherFigures(measured),
    '',
    'What it is to reach',
    ...judgedTable(judgeEngine(measured)),
    '',
    'Seed figures',
    ...judgedTable(judgeSeedFigures(measured)),
    '',
  ].join('\n');
}

export function describeProfile(process: string, rows: ProfileRows): string {
  const lines = rows.map(({ place, share }) => [`${(share * 100).toFixed(1)} %`, place]);
  return [`Busy time of the ${process} with everything on, by function`, ...table(lines), ''].join('\n');
}

function ladderLine(row: LadderRow): string[] {
  const { rung, workflowsPerSecond, share, recordedPerSecond, add, recordLag, lagAtEndMs } = row;
  const isRecorded = recordLag !== null;
  return [
    NAMES[rung],
    spreadText(workflowsPerSecond),
    rung === 'bare' ? '1' : spreadText(share),
    isRecorded ? spreadText(recordedPerSecond) : '',
    latencyText(add),
    isRecorded ? `${latencyText(recordLag)} / ${round(lagAtEndMs.median)}` : '',
  ];
}

function cpuLine(name: string, times: CpuTimes): string[] {
  const { orchestrator, worker, redis, postgres, watcher } = times;
  const all = orchestrator + worker + redis + postgres;
  return [name, ...[orchestrator, worker, redis, postgres, watcher, all].map(round)];
}

function otherFigures({ idle, redisBytes, slots, browser, small }: Measured): string[] {
  const [few, many] = slots;
  const slotText = (which: typeof few) =>
    `${which.waiting} waiting: look ${latencyText(which.query)} ms, ${round(which.workflowsPerSecond)} workflows/s`;
  return table([
    [
      'One workflow, idle, p50 / p99 ms',
      `bare ${latencyText(idle.bare.whole)}`,
      `engine ${latencyText(idle.engine.whole)}`,
    ],
    [
      'Adding it, idle, p50 / p99 ms',
      `bare ${latencyText(idle.bare.add)}`,
      `engine ${latencyText(idle.engine.add)}`,
    ],
    [
      'Redis bytes of a workflow half way',
      `bare ${round(redisBytes.barePerWorkflow)}`,
      `engine ${round(redisBytes.enginePerWorkflow)}, and ${round(redisBytes.logPerWorkflow)} in the event log for an hour`,
    ],
    [
      'PostgreSQL bytes of a waiting one',
      '',
      `${round(many.postgresBytesPerClaim)} with ${many.waiting} waiting`,
    ],
    ['Slots, p50 / p99', slotText(few), slotText(many)],
    [
      'Event to browser, p50 / p99 ms',
      `${latencyText(browser.latency)} at ${browser.perSecond} events/s`,
      `${browser.seen} of ${browser.told} events seen`,
    ],
    ['Event until Redis has it, p50 / p99 ms', latencyText(small.emitted), ''],
  ]);
}

function judgedTable(judged: readonly Judged[]): string[] {
  return table([
    ['', 'figure', 'measured', 'target', ''],
    ...judged.map(({ id, what, value, target, met }) => [id, what, value, target, met ? 'met' : 'MISSED']),
  ]);
}

function spreadText({ median, min, max }: Spread): string {
  return `${round(median)} (${round(min)} - ${round(max)})`;
}

function latencyText({ p50, p99 }: Latency): string {
  return `${round(p50)} / ${round(p99)}`;
}

/** Columns as wide as their widest cell. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
