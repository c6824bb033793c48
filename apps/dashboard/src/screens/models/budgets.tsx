import type { BudgetView } from '@tamma/contracts';
import type { BudgetLevel } from '@tamma/domain';
import { BudgetBar } from '../../ui/budget-bar.tsx';
import { usePage, useRefusal, useWatched } from '../../ui/hooks.ts';
import { Failure, Loading } from '../../ui/notice.tsx';
import { RaiseButton } from '../../ui/raise-button.tsx';
import { Outside } from '../../ui/text.tsx';
import { nameOfBudget } from '../../view/budget.ts';

const REFUSAL_ID = 'budgets-refusal';
/** Of a level so many are shown, those with the most spent of them first. */
const SHOWN_MAX = 20;
const LEVELS: readonly { readonly level: BudgetLevel; readonly words: string }[] = [
  { level: 'all', words: 'All projects' },
  { level: 'project', words: 'Projects' },
  { level: 'workflow', words: 'Workflows' },
  { level: 'step', words: 'Steps' },
];

/** Every budget with how far it is spent, and the button to raise it. */
export function Budgets() {
  const { app } = usePage();
  const { value: budgets, error } = useWatched(app.budgets);
  const refusal = useRefusal()('operate');
  return (
    <section aria-labelledby="budgets">
      <h2 id="budgets">Budgets</h2>
      {refusal === null ? null : (
        <p id={REFUSAL_ID} className="muted small">
          {refusal}
        </p>
      )}
      {error === null ? null : <Failure error={error} onRetry={() => void app.budgets.load()} />}
      {budgets === null && error === null ? <Loading what="budgets" /> : null}
      {LEVELS.map(({ level, words }) => (
        <Level key={level} words={words} budgets={budgets?.filter((one) => one.level === level) ?? []} />
      ))}
    </section>
  );
}

interface LevelProps {
  readonly words: string;
  readonly budgets: readonly BudgetView[];
}

function Level({ words, budgets }: LevelProps) {
  if (budgets.length === 0) return null;
  const shown = budgets.toSorted((one, other) => other.spentUsd - one.spentUsd).slice(0, SHOWN_MAX);
  return (
    <>
      <h3>{words}</h3>
      <ul className="budget-list">
        {shown.map((budget) => (
          <li key={budget.id} className="budget">
            <span className="budget-name">
              <Outside text={nameOfBudget(budget)} />
            </span>
            <BudgetBar budget={budget} />
            <RaiseButton budget={budget} refusalId={REFUSAL_ID} />
          </li>
        ))}
      </ul>
      {shown.length < budgets.length ? (
        <p className="muted small">
          {budgets.length - shown.length} more; <code>npx tamma budget</code> shows them all.
        </p>
      ) : null}
    </>
  );
}
