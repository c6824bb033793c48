import type { AnyEvent, ArtifactName, EventDataByType, EventType } from '@tamma/domain';
import type { StepId } from './steps.ts';

interface Place {
  readonly step?: StepId;
  readonly round?: number;
  readonly attempt?: number;
  readonly actor?: AnyEvent['actor'];
}

/** Tells the story of one workflow to a fake orchestrator, event by event. */
export interface Story {
  readonly id: string;
  tell<Type extends EventType>(type: Type, data: EventDataByType[Type], place?: Place): void;
  create(): void;
  begin(): void;
  /** From taking the step to its end; what is told in between stands in `during`. */
  step(step: StepId, during?: () => void, round?: number): void;
  /** Every step before this one, and this one taken. */
  upTo(step: StepId): void;
  take(step: StepId, round?: number): void;
  finish(step: StepId, round?: number): void;
  write(step: StepId, name: ArtifactName, text: string): void;
  ask(question: string): string;
  approve(kind: 'plan' | 'merge', risk: 'low' | 'medium' | 'high', why: string): string;
  fail(step: StepId, message: string, remedy: string): void;
  merge(): void;
}
