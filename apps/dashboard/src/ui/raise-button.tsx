import type { BudgetView } from '@tamma/contracts';
import { useState } from 'react';
import { nameOfBudget } from '../view/budget.ts';
import { useRefusal } from './hooks.ts';
import { RaiseDialog } from './raise-dialog.tsx';

interface RaiseButtonProps {
  readonly budget: BudgetView;
  /** Id of the text that says why somebody may not. */
  readonly refusalId: string;
}

/** Not there for a budget without a limit. */
export function RaiseButton({ budget, refusalId }: RaiseButtonProps) {
  const [isAsked, setAsked] = useState(false);
  const refusal = useRefusal()('operate');
  if (budget.limitUsd === null) return null;
  return (
    <>
      <button
        type="button"
        className="button button-small"
        disabled={refusal !== null}
        aria-describedby={refusal === null ? undefined : refusalId}
        onClick={() => setAsked(true)}
      >
        Raise<span className="only-read"> {nameOfBudget(budget)}</span> …
      </button>
      {isAsked ? <RaiseDialog budget={budget} onClose={() => setAsked(false)} /> : null}
    </>
  );
}
