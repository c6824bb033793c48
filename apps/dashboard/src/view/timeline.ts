import type { RelayedEvent } from '@tamma/contracts';
import { readEvent } from '../state/history.ts';
import { describeEvent, toneOfType } from './describe-event.ts';
import type { Tone } from './words.ts';

export const GROUPS = ['people', 'workflow', 'tasks', 'models', 'gates', 'changes', 'artifacts'] as const;
type Group = (typeof GROUPS)[number];

/** One event as a line for people. */
export interface TimelineEntry {
  readonly id: string;
  readonly offset: string;
  readonly at: string;
  readonly type: string;
  readonly group: Group;
  readonly stepId: string | null;
  readonly actor: string;
  readonly sentence: string;
  readonly tone: Tone;
  readonly entry: RelayedEvent;
}

const GROUP_OF_AGGREGATE: Readonly<Record<string, Group>> = {
  APPROVAL: 'people',
  QUESTION: 'people',
  ESCALATION: 'people',
  COMMAND: 'people',
  REVIEW: 'people',
  TASK: 'tasks',
  AI: 'models',
  GATE: 'gates',
  CI: 'gates',
  BRANCH: 'changes',
  COMMIT: 'changes',
  PR: 'changes',
  ARTIFACT: 'artifacts',
};

const made = new WeakMap<RelayedEvent, TimelineEntry>();

/** The same line for the same event, so that what is drawn already is not drawn again. */
export function toTimeline(entry: RelayedEvent): TimelineEntry {
  const known = made.get(entry);
  if (known !== undefined) return known;
  const line = makeLine(entry);
  made.set(entry, line);
  return line;
}

function makeLine(entry: RelayedEvent): TimelineEntry {
  const { id, type, at, stepId } = entry.event;
  const event = readEvent(entry);
  const [aggregate = ''] = type.split('.');
  return {
    id,
    offset: entry.offset,
    at,
    type,
    group: GROUP_OF_AGGREGATE[aggregate] ?? 'workflow',
    stepId: stepId ?? null,
    actor: event === null ? '' : `${event.actor.kind} ${event.actor.id}`,
    sentence: event === null ? type : describeEvent(event),
    tone: toneOfType(type),
    entry,
  };
}

export interface TimelineFilter {
  readonly group: Group | '';
  readonly text: string;
}

export function filterTimeline(
  entries: readonly TimelineEntry[],
  { group, text }: TimelineFilter,
): readonly TimelineEntry[] {
  const words = text.toLowerCase().split(/\s+/);
  return entries.filter((one) => {
    if (group !== '' && one.group !== group) return false;
    const haystack = `${one.sentence}\n${one.type}\n${one.stepId}\n${one.actor}`.toLowerCase();
    return words.every((word) => haystack.includes(word));
  });
}

/** What nobody reads while it happens. */
const NOISE = /^(TASK\.ENQUEUED|SESSION|PHASE\.COMPLETED|ARTIFACT)\./;

/** The lines of the live panel, newest last. */
export function toLogLines(entries: readonly TimelineEntry[], max: number): readonly TimelineEntry[] {
  return entries.filter(({ type }) => !NOISE.test(type)).slice(-max);
}
