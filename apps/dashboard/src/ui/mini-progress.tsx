import type { WorkflowState } from '@tamma/domain';
import { plural } from '../format/amount.ts';
import { countDone, phasesOf, placeOf } from '../view/steps.ts';
import { nameOfStep } from '../view/words.ts';

/** All steps as small bars, phase by phase. */
export function MiniProgress({ state }: { readonly state: WorkflowState }) {
  const { done, all } = countDone(state);
  const { step: at } = placeOf(state);
  const current = at === null ? '' : `, at ${nameOfStep(at)}`;
  return (
    <span className="mini" role="img" aria-label={`${done} of ${plural(all, 'step')} completed${current}`}>
      {phasesOf(state).map(({ phase, steps }) => (
        <span key={phase} className="mini-phase">
          {steps.map((step) => (
            <span key={step.id} className={`mini-step mini-${step.badge.tone}`} />
          ))}
        </span>
      ))}
    </span>
  );
}
