import type { WorkflowState } from '@tamma/domain';
import { Icon } from '../../ui/icon.tsx';
import { Outside } from '../../ui/text.tsx';
import { Took } from '../../ui/time.tsx';
import { type PhaseView, phasesOf, type StepView } from '../../view/steps.ts';
import { nameOfStep, TASK_BADGES } from '../../view/words.ts';

/** The fourteen steps in their six phases. */
export function Phases({ state }: { readonly state: WorkflowState }) {
  return (
    <section aria-labelledby="steps" className="phases-section">
      <h2 id="steps">Steps</h2>
      <ol className="phases">
        {phasesOf(state).map((phase) => (
          <Phase key={phase.phase} phase={phase} />
        ))}
      </ol>
    </section>
  );
}

function Phase({ phase: { phase, isCurrent, done, steps } }: { readonly phase: PhaseView }) {
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
          <Step key={step.id} step={step} />
        ))}
      </ol>
    </li>
  );
}

function Step({ step }: { readonly step: StepView }) {
  const badge = TASK_BADGES[step.status];
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
        {step.waits === null ? null : (
          <p className="step-note">
            <Outside text={step.waits} />
          </p>
        )}
        {step.error === null ? null : (
          <p className="step-note step-error">
            <Outside text={step.error.message} />
            {step.error.remedy === undefined ? null : (
              <>
                {' '}
                <span className="muted">
                  <Outside text={step.error.remedy} />
                </span>
              </>
            )}
          </p>
        )}
      </div>
    </li>
  );
}
