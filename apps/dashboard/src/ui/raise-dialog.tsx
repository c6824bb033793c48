import type { BudgetView } from '@tamma/contracts';
import { useId, useState } from 'react';
import { formatCost } from '../format/amount.ts';
import { nameOfBudget, parseUsd } from '../view/budget.ts';
import { usePage } from './hooks.ts';
import { ReasonDialog } from './reason-dialog.tsx';

const WORDS = {
  label: 'Raise',
  consequence:
    'What stands still because this budget is spent goes on at once. Every raise adds to the last.',
  weight: 'main',
} as const;
const SUGGESTED_USD = '5';

interface RaiseProps {
  readonly budget: BudgetView;
  readonly onClose: () => void;
}

/** Adds to a budget. */
export function RaiseDialog({ budget, onClose }: RaiseProps) {
  const { app } = usePage();
  const [text, setText] = useState(SUGGESTED_USD);
  const id = useId();
  const byUsd = parseUsd(text);
  return (
    <ReasonDialog
      title={`Raise the budget: ${nameOfBudget(budget)}`}
      words={WORDS}
      act={async (reason) => {
        const raised = await app.api.raiseBudget({
          level: budget.level,
          id: budget.id,
          byUsd: byUsd ?? 0,
          reason,
        });
        await app.budgets.load();
        return { changed: true, message: `The limit is ${formatCost(raised.limitUsd ?? 0)} now.` };
      }}
      onClose={onClose}
      isComplete={byUsd !== null}
    >
      <div className="field">
        <label htmlFor={id}>US dollars more</label>
        <input
          id={id}
          inputMode="decimal"
          autoComplete="off"
          required={true}
          value={text}
          aria-invalid={byUsd === null}
          aria-describedby={`${id}-now`}
          onChange={({ target }) => setText(target.value.trim())}
        />
        <p id={`${id}-now`} className="muted small">
          Such as 5 or 0.50; the limit is {formatCost(budget.limitUsd ?? 0)} now.
        </p>
      </div>
    </ReasonDialog>
  );
}
