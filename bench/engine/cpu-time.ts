import { readdir, readFile } from 'node:fs/promises';

/** Linux counts processor time of processes in hundredths of a second (USER_HZ), on every architecture. */
const TICK_MS = 10;

/** Processor time of the parts of the product, in milliseconds. */
export interface CpuTimes {
  /** The process of the bench itself: what it measures with is in it. */
  readonly orchestrator: number;
  readonly worker: number;
  readonly redis: number;
  readonly postgres: number;
  readonly watcher: number;
}

export function eachPart(timeOf: (part: keyof CpuTimes) => number): CpuTimes {
  return {
    orchestrator: timeOf('orchestrator'),
    worker: timeOf('worker'),
    redis: timeOf('redis'),
    postgres: timeOf('postgres'),
    watcher: timeOf('watcher'),
  };
}

interface ProcessTimes {
  readonly pid: number;
  readonly parent: number;
  readonly ownMs: number;
  /** Of children that ended and were waited for. */
  readonly endedChildrenMs: number;
}

/** Processor time, user and system, that a process and all below it used so far, in milliseconds. */
export async function cpuTimeOf(rootPid: number): Promise<number> {
  const processes = await readProcesses();
  let totalMs = 0;
  const waiting = [rootPid];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    const found = processes.get(pid);
    if (found === undefined) continue;
    totalMs += found.ownMs + found.endedChildrenMs;
    for (const child of processes.values()) if (child.parent === pid) waiting.push(child.pid);
  }
  return totalMs;
}

/** Of the process alone. */
export async function ownCpuTimeOf(pid: number): Promise<number> {
  const text = await readStat(String(pid));
  return text === null ? 0 : parseStat(pid, text).ownMs;
}

export async function parentOf(pid: number): Promise<number> {
  const text = await readStat(String(pid));
  if (text === null) throw new Error(`process ${pid} is gone`);
  return parseStat(pid, text).parent;
}

/** The fields after the name, which stands in parentheses and may hold anything. */
export function parseStat(pid: number, text: string): ProcessTimes {
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [parent, user, system, childUser, childSystem] = [1, 11, 12, 13, 14].map(
    (index) => fields[index] ?? 0,
  );
  return {
    pid,
    parent: parent ?? 0,
    ownMs: ((user ?? 0) + (system ?? 0)) * TICK_MS,
    endedChildrenMs: ((childUser ?? 0) + (childSystem ?? 0)) * TICK_MS,
  };
}

async function readProcesses(): Promise<ReadonlyMap<number, ProcessTimes>> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const texts = await Promise.all(names.map(async (name) => ({ name, text: await readStat(name) })));
  const found = texts.flatMap(({ name, text }) => (text === null ? [] : [parseStat(Number(name), text)]));
  return new Map(found.map((one) => [one.pid, one]));
}

/** Null when the process ended between the look at the folder and ours. */
async function readStat(name: string): Promise<string | null> {
  return readFile(`/proc/${name}/stat`, 'utf8').catch(() => null);
}

export interface MachineTime {
  readonly busyMs: number;
  readonly allMs: number;
}

/** Processor time of the whole machine since it was started, all processors together. */
export async function machineTime(): Promise<MachineTime> {
  return parseMachine(await readFile('/proc/stat', 'utf8'));
}

/** user nice system idle iowait irq softirq steal; what guests take is in `user` already. */
export function parseMachine(text: string): MachineTime {
  const ticks = (text.split('\n')[0] ?? '').trim().split(/\s+/).slice(1, 9).map(Number);
  const all = ticks.reduce((sum, one) => sum + one, 0);
  const idle = (ticks[3] ?? 0) + (ticks[4] ?? 0);
  return { busyMs: (all - idle) * TICK_MS, allMs: all * TICK_MS };
}
