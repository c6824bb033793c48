import type { WorkflowState } from '@tamma/domain';
import { type FormEvent, useId, useState } from 'react';
import type { ApiError } from '../../api/api-error.ts';
import { settle } from '../../state/resource.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { usePage } from '../../ui/hooks.ts';
import { Failure } from '../../ui/notice.tsx';
import { CHOICES } from '../../view/decisions.ts';

export type Verb = 'cancel' | 'retry';

interface ControlProps {
  readonly state: WorkflowState;
  readonly verb: Verb;
  readonly onClose: () => void;
}

/** Asks for the reason, which is kept with what is done. */
export function ControlDialog({ state, verb, onClose }: ControlProps) {
  const { app, announcer } = usePage();
  const [reason, setReason] = useState('');
  const [error, setError] = useState<ApiError | null>(null);
  const [isBusy, setBusy] = useState(false);
  const id = useId();
  const { label, consequence, weight } = CHOICES[verb];
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const result = await settle(() => app.api[verb](state.id, reason.trim()));
    setBusy(false);
    setError(result.error);
    announcer.say(result.error?.message ?? result.value?.message ?? '');
    if (result.error === null) onClose();
  };
  return (
    <Dialog title={`${label}: #${state.issue}`} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <p>{consequence}</p>
        <div className="field">
          <label htmlFor={id}>Why</label>
          <textarea
            id={id}
            rows={3}
            required={true}
            maxLength={4000}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
        </div>
        {error === null ? null : <Failure error={error} />}
        <div className="buttons">
          <button
            type="submit"
            className={`button button-${weight}`}
            disabled={isBusy || reason.trim() === ''}
          >
            {label}
          </button>
          <button type="button" className="button" onClick={onClose}>
            Back
          </button>
        </div>
      </form>
    </Dialog>
  );
}
