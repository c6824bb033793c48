import type { ApprovalView } from '@tamma/contracts';
import { useId, useRef } from 'react';
import type { ApiError } from '../../api/api-error.ts';
import { Failure, Notice } from '../../ui/notice.tsx';
import { CHOICES, type Choice, consequenceOf, KIND_WORDS, orderChoices } from '../../view/decisions.ts';
import { nameOfIssue } from '../../view/words.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { type DecisionDraft, useDecision } from './use-decision.ts';

const WORDS_LENGTH_MAX = 4000;

/** Words and buttons to decide with. */
export function DecisionForm({ approval }: { readonly approval: ApprovalView }) {
  const draft = useDecision(approval);
  const choices = orderChoices(approval.decisions);
  const field = useRef<HTMLTextAreaElement>(null);
  const permitted = choices.filter((choice) => draft.refuse(choice) === null);
  const choose = (choice: Choice): void => {
    if (!draft.choose(choice)) field.current?.focus();
  };
  return (
    <section className="decision" aria-label={`Decide on ${nameOfIssue(approval)}`}>
      <WordsField
        draft={draft}
        label={KIND_WORDS[approval.kind].field}
        isDisabled={permitted.length === 0}
        field={field}
      />
      <Refusals choices={choices} refuse={draft.refuse} />
      {draft.error === null ? null : <Refused error={draft.error} />}
      <div className="buttons">
        {choices.map((choice) => (
          <button
            key={choice}
            type="button"
            className={`button button-${CHOICES[choice].weight}`}
            disabled={draft.isBusy || !permitted.includes(choice)}
            onClick={() => choose(choice)}
          >
            {CHOICES[choice].label}
          </button>
        ))}
      </div>
      <Consequences choices={choices} kind={approval.kind} />
      {draft.toConfirm === null ? null : (
        <ConfirmDialog choice={draft.toConfirm} onConfirm={draft.confirm} onClose={draft.putBack} />
      )}
    </section>
  );
}

interface RefusalsProps extends Pick<DecisionDraft, 'refuse'> {
  readonly choices: readonly Choice[];
}

/** Why some of it is greyed out; each reason once, with what it is about. */
function Refusals({ choices, refuse }: RefusalsProps) {
  const byReason = Map.groupBy(choices, refuse);
  return [...byReason].map(([reason, refused]) =>
    reason === null ? null : (
      <Notice key={reason} tone="quiet">
        {refused.map((choice) => CHOICES[choice].label).join(', ')}: {reason}
      </Notice>
    ),
  );
}

interface ConsequencesProps extends Pick<ApprovalView, 'kind'> {
  readonly choices: readonly Choice[];
}

function Consequences({ choices, kind }: ConsequencesProps) {
  return (
    <ul className="consequences muted small">
      {choices.map((choice) => (
        <li key={choice}>
          <span className="strong">{CHOICES[choice].label}:</span> {consequenceOf(choice, kind)}
        </li>
      ))}
    </ul>
  );
}

interface WordsFieldProps {
  readonly draft: DecisionDraft;
  readonly label: string;
  readonly isDisabled: boolean;
  readonly field: React.RefObject<HTMLTextAreaElement | null>;
}

function WordsField({ draft, label, isDisabled, field }: WordsFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea
        ref={field}
        id={id}
        rows={3}
        maxLength={WORDS_LENGTH_MAX}
        value={draft.words}
        disabled={isDisabled}
        aria-invalid={draft.missing !== null}
        aria-describedby={draft.missing === null ? undefined : `${id}-missing`}
        onChange={({ target }) => draft.setWords(target.value)}
      />
      {draft.missing === null ? null : (
        <p id={`${id}-missing`} className="field-error" role="alert">
          {draft.missing}
        </p>
      )}
    </div>
  );
}

/** 409: somebody was faster, or the time was up. The server's words say which. */
function Refused({ error }: { readonly error: ApiError }) {
  return (
    <div role="alert">
      <p className="strong">{error.status === 409 ? 'Your decision came too late.' : 'That did not work.'}</p>
      <Failure error={error} />
    </div>
  );
}
