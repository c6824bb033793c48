import type { ApprovalView } from '@tamma/contracts';
import { useId, useRef } from 'react';
import type { ApiError } from '../../api/api-error.ts';
import { Failure, Notice } from '../../ui/notice.tsx';
import { CHOICES, type Choice, KIND_WORDS, orderChoices } from '../../view/decisions.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { type DecisionDraft, useDecision } from './use-decision.ts';

const WORDS_LENGTH_MAX = 4000;

/** Words and buttons to decide with. */
export function DecisionForm({ approval }: { readonly approval: ApprovalView }) {
  const draft = useDecision(approval);
  const choices = orderChoices(approval.decisions);
  const field = useRef<HTMLTextAreaElement>(null);
  const choose = (choice: Choice): void => {
    if (!draft.choose(choice)) field.current?.focus();
  };
  return (
    <section className="decision" aria-label={`Decide on #${approval.issue}`}>
      <WordsField draft={draft} label={KIND_WORDS[approval.kind].field} field={field} />
      {draft.refusal === null ? null : <Notice tone="quiet">{draft.refusal}</Notice>}
      {draft.error === null ? null : <Refused error={draft.error} />}
      <div className="buttons">
        {choices.map((choice) => (
          <button
            key={choice}
            type="button"
            className={`button button-${CHOICES[choice].weight}`}
            disabled={draft.isBusy || draft.refusal !== null}
            onClick={() => choose(choice)}
          >
            {CHOICES[choice].label}
          </button>
        ))}
      </div>
      <Consequences choices={choices} />
      {draft.toConfirm === null ? null : (
        <ConfirmDialog choice={draft.toConfirm} onConfirm={draft.confirm} onClose={draft.putBack} />
      )}
    </section>
  );
}

function Consequences({ choices }: { readonly choices: readonly Choice[] }) {
  return (
    <ul className="consequences muted small">
      {choices.map((choice) => (
        <li key={choice}>
          <span className="strong">{CHOICES[choice].label}:</span> {CHOICES[choice].consequence}
        </li>
      ))}
    </ul>
  );
}

interface WordsFieldProps {
  readonly draft: DecisionDraft;
  readonly label: string;
  readonly field: React.RefObject<HTMLTextAreaElement | null>;
}

function WordsField({ draft, label, field }: WordsFieldProps) {
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
        disabled={draft.refusal !== null}
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
