import type { AnyEvent, EventDataByType, EventType } from '../event-data.ts';
import { foldWorkflow } from '../fold.ts';
import type { WorkflowState } from '../workflow-state.ts';
import { buildEvent } from './builders.ts';
import { SAMPLE_DATA } from './sample-data.ts';

const START_MS = Date.parse('2026-01-01T00:00:00.000Z');
const SECOND_MS = 1000;

/** Tells the events of one workflow in order, at seconds after its creation, and folds them. */
export interface Story {
  readonly events: readonly AnyEvent[];
  tell<Type extends EventType>(second: number, type: Type, about?: About<Type>): Story;
  /** The fold of what was told so far. */
  state(): WorkflowState;
}

interface About<Type extends EventType> {
  readonly step?: string;
  readonly attempt?: number;
  /** What differs from the sample. */
  readonly data?: Partial<EventDataByType[Type]>;
}

export function createStory(events: readonly AnyEvent[] = []): Story {
  return {
    events,
    tell: (second, type, { step, attempt, data } = {}) => {
      const place = {
        at: secondAt(second),
        ...(step === undefined ? {} : { stepId: step }),
        ...(attempt === undefined ? {} : { attempt }),
      };
      return createStory([...events, buildEvent(type, { ...SAMPLE_DATA[type], ...data }, place)]);
    },
    state: () => {
      const state = foldWorkflow(events);
      if (state === null) throw new Error('the story has no beginning');
      return state;
    },
  };
}

/** Seconds after the creation, as events carry it. */
export function secondAt(second: number): string {
  return new Date(START_MS + second * SECOND_MS).toISOString();
}
