import type { WorkflowState } from '@tamma/domain';
import { Icon } from '../../ui/icon.tsx';
import { Outside } from '../../ui/text.tsx';
import { Took } from '../../ui/time.tsx';
import { type PhaseView, phasesOf, type StepView } from '../../view/steps.ts';
import { nameOfStep } from '../../view/words.ts';
import { StepOrders } from './step-orders.tsx';

/** The steps in their phases, and what can be ordered about each. */
export function Phases({ state }: { readonly state: WorkflowState }) {
  // A task on its own is one step: it goes through no phases.
  const phases = phasesOf(state).filter(({ steps }) => state.taskType === null || steps.length > 0);
  return (
    <section aria-labelledby="steps" className="phases-section">
      <h2 id="steps">Steps</h2>
      <ol className="phases">
        {phases.map((phase) => (
          <Phase key={phase.phase} phase={phase} state={state} />
        ))}
      </ol>
    </section>
  );
}

interface PhaseProps {
  readonly phase: PhaseView;
  readonly state: WorkflowState;
}

function Phase({ phase: { phase, isCurrent, done, steps }, state }: PhaseProps) {
  return (
    <li className={isCurrent ? 'phase phase-current' : 'phase'} aria-current={isCurrent ? 'step' : undefined}>
      <h3 className="phase-head">
        {phase}{' '}
        <span className="muted">
          {done}/{steps.length}
        </span>
      </h3>
      <ol className="steps">
        {steps.map((step) => (
          <Step key={step.id} step={step} state={state} />
        ))}
      </ol>
    </li>
  );
}

interface StepProps {
  readonly step: StepView;
  readonly state: WorkflowState;
}

function Step({ step, state }: StepProps) {
  const { badge } = step;
  return (
    <li className={`step step-row-${step.status}${step.isCurrent ? ' step-current' : ''}`}>
      <span className={`step-icon tone-${badge.tone}`}>
        <Icon name={badge.icon} isBusy={step.status === 'running'} />
      </span>
      <div className="step-body">
        <p className="step-name">{nameOfStep(step.id)}</p>
        <p className="step-details">
          <span className={`tone-text-${badge.tone}`}>{badge.word}</span>
          {step.startedAt === null || step.status === 'cancelled' ? null : (
            <span>
              <Took from={step.startedAt} to={step.completedAt} />
            </span>
          )}
          {step.attempts > 1 ? <span>attempt {step.attempts}</span> : null}
          {step.round === null ? null : <span className="chip tone-asks">{step.round}</span>}
        </p>
        <StepNotes step={step} />
        <StepOrders state={state} step={step} />
      </div>
    </li>
  );
}

function StepNotes({ step: { waits, ordered, error } }: Pick<StepProps, 'step'>) {
  return (
    <>
      {waits === null ? null : (
        <p className="step-note">
          <Outside text={waits} />
        </p>
      )}
      {ordered === null ? null : (
        <p className="step-note">
          <Outside text={ordered} />
        </p>
      )}
      {error === null ? null : (
        <p className="step-note step-error">
          <Outside text={error.message} />
          {error.remedy === undefined ? null : (
            <>
              {' '}
              <span className="muted">
                <Outside text={error.remedy} />
              </span>
            </>
          )}
        </p>
      )}
    </>
  );
}
