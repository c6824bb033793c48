import type { OrderKind, WorkflowState } from '@tamma/domain';
import { useId, useState } from 'react';
import { usePage, useRefusal } from '../../ui/hooks.ts';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { CONTROLS, permissionFor } from '../../view/controls.ts';
import type { StepView } from '../../view/steps.ts';
import { nameOfIssue, nameOfStep } from '../../view/words.ts';

interface OrdersProps {
  readonly state: WorkflowState;
  readonly step: StepView;
}

const BUTTONS: Readonly<Record<OrderKind, string>> = { skip: 'Skip', override: 'Override' };

/** What a person can order about one step; greyed out, with the reason, for who may not. */
export function StepOrders({ state, step }: OrdersProps) {
  const { app } = usePage();
  const [kind, setKind] = useState<OrderKind | null>(null);
  // Whoever is about to say something keeps what they wrote, and reads why it came too late.
  if (step.orders.length === 0 && kind === null) return null;
  return (
    <div className="step-orders">
      {step.orders.map((one) => (
        <OrderButton key={one} kind={one} step={step} onChoose={() => setKind(one)} />
      ))}
      {kind === null ? null : (
        <ReasonDialog
          title={`${BUTTONS[kind]} ${nameOfStep(step.id)}: ${nameOfIssue(state)}`}
          words={CONTROLS[kind]}
          act={(reason) => app.api.control(state.id, { verb: kind, step: step.id, reason })}
          onClose={() => setKind(null)}
        />
      )}
    </div>
  );
}

interface ButtonProps {
  readonly kind: OrderKind;
  readonly step: StepView;
  readonly onChoose: () => void;
}

function OrderButton({ kind, step, onChoose }: ButtonProps) {
  const refusal = useRefusal()(permissionFor(kind));
  const id = useId();
  return (
    <>
      <button
        type="button"
        className="button button-small"
        disabled={refusal !== null}
        aria-describedby={refusal === null ? undefined : id}
        onClick={onChoose}
      >
        {BUTTONS[kind]}
        <span className="only-read"> {nameOfStep(step.id)}</span> …
      </button>
      {refusal === null ? null : (
        <span id={id} className="muted small">
          {refusal}
        </span>
      )}
    </>
  );
}
