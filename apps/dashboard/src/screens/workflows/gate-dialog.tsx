import { GATES, type Gate } from '@tamma/domain';
import { type FormEvent, useId, useState } from 'react';
import type { ApiError } from '../../api/api-error.ts';
import { workflowAddress } from '../../app/route.ts';
import { settle } from '../../state/resource.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { usePage } from '../../ui/hooks.ts';
import { Failure } from '../../ui/notice.tsx';

const BRANCH_LENGTH_MAX = 200;

interface GateProps {
  readonly project: string;
  readonly onClose: () => void;
}

/** Has one gate run on the head of a branch, whatever workflow is open. */
export function GateDialog({ project, onClose }: GateProps) {
  const [gate, setGate] = useState<Gate>('test');
  const [branch, setBranch] = useState('');
  const { submit, isBusy, error } = useSubmit({ project, gate, branch: branch.trim() }, onClose);
  return (
    <Dialog title={`Run a gate of ${project}`} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <p>It is a task on its own: it waits for a worker, and changes neither branch nor issue.</p>
        <Fields {...{ gate, setGate, branch, setBranch }} />
        {error === null ? null : <Failure error={error} />}
        <div className="buttons">
          <button type="submit" className="button button-main" disabled={isBusy || branch.trim() === ''}>
            Run it
          </button>
          <button type="button" className="button" onClick={onClose}>
            Back
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface FieldsProps {
  readonly gate: Gate;
  readonly setGate: (gate: Gate) => void;
  readonly branch: string;
  readonly setBranch: (branch: string) => void;
}

function Fields({ gate, setGate, branch, setBranch }: FieldsProps) {
  const id = useId();
  return (
    <>
      <div className="field">
        <label htmlFor={`${id}-gate`}>Gate</label>
        <select
          id={`${id}-gate`}
          value={gate}
          onChange={({ target }) => setGate(GATES.find((one) => one === target.value) ?? gate)}
        >
          {GATES.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor={`${id}-branch`}>Branch</label>
        <input
          id={`${id}-branch`}
          autoComplete="off"
          spellCheck={false}
          required={true}
          maxLength={BRANCH_LENGTH_MAX}
          value={branch}
          onChange={({ target }) => setBranch(target.value)}
        />
      </div>
    </>
  );
}

interface Wanted {
  readonly project: string;
  readonly gate: Gate;
  readonly branch: string;
}

/** Goes to the task once it is taken. */
function useSubmit(wanted: Wanted, onClose: () => void) {
  const { app, announcer } = usePage();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const { value, error: failure } = await settle(() => app.api.runGate(wanted));
    setBusy(false);
    setError(failure);
    if (value === null) return;
    announcer.say(`the ${wanted.gate} gate is to run on ${wanted.branch}`);
    onClose();
    window.location.hash = workflowAddress(value.workflowId);
  };
  return { submit, isBusy, error };
}
