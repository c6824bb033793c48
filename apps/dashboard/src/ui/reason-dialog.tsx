import { type FormEvent, type ReactNode, useId, useState } from 'react';
import type { ApiError } from '../api/api-error.ts';
import { settle } from '../state/resource.ts';
import type { ControlWords } from '../view/controls.ts';
import { Dialog } from './dialog.tsx';
import { usePage } from './hooks.ts';
import { Failure, Notice } from './notice.tsx';
import { Outside } from './text.tsx';

const REASON_LENGTH_MAX = 4000;

interface Done {
  readonly changed: boolean;
  readonly message: string;
}

interface ReasonProps {
  readonly title: string;
  readonly words: ControlWords;
  /** Rejects with an `ApiError` when nothing came of it. */
  readonly act: (reason: string) => Promise<Done>;
  readonly onClose: () => void;
  /** Whether the other fields hold what is needed. */
  readonly isComplete?: boolean;
  /** Other fields, above the reason. */
  readonly children?: ReactNode;
}

/** Asks for the reason, which is kept with what is done. */
export function ReasonDialog({ title, words, act, onClose, isComplete = true, children }: ReasonProps) {
  const [reason, setReason] = useState('');
  const { submit, isBusy, outcome } = useAct(() => act(reason.trim()), onClose);
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <p>{words.consequence}</p>
        {children}
        <ReasonField reason={reason} onChange={setReason} />
        {outcome}
        <div className="buttons">
          <button
            type="submit"
            className={`button button-${words.weight}`}
            disabled={isBusy || !isComplete || reason.trim() === ''}
          >
            {words.label}
          </button>
          <button type="button" className="button" onClick={onClose}>
            Back
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface ReasonFieldProps {
  readonly reason: string;
  readonly onChange: (reason: string) => void;
}

function ReasonField({ reason, onChange }: ReasonFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>Why</label>
      <textarea
        id={id}
        rows={3}
        required={true}
        maxLength={REASON_LENGTH_MAX}
        value={reason}
        onChange={({ target }) => onChange(target.value)}
      />
    </div>
  );
}

/** Closes when it changed something; says so when it did not, or why it failed. */
function useAct(act: () => Promise<Done>, onClose: () => void) {
  const { announcer } = usePage();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const [unchanged, setUnchanged] = useState<string | null>(null);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const result = await settle(act);
    setBusy(false);
    setError(result.error);
    setUnchanged(result.value?.changed === false ? result.value.message : null);
    announcer.say(result.error?.message ?? result.value?.message ?? '');
    if (result.value?.changed) onClose();
  };
  const outcome = (
    <>
      {error === null ? null : <Failure error={error} />}
      {unchanged === null ? null : (
        <Notice tone="quiet">
          Nothing changed: <Outside text={unchanged} />.
        </Notice>
      )}
    </>
  );
  return { submit, isBusy, outcome };
}
