import type { ProjectView } from '@tamma/contracts';
import { useState } from 'react';
import type { ApiError } from '../../api/api-error.ts';
import { workflowAddress } from '../../app/route.ts';
import { settle } from '../../state/resource.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { usePage } from '../../ui/hooks.ts';
import { Failure } from '../../ui/notice.tsx';
import { Reasons } from './reasons.tsx';

interface OverrideProps {
  readonly project: string;
  readonly issue: ProjectView['intake']['issues'][number];
  readonly onClose: () => void;
}

/** Has an issue worked on although the project's rules refuse it. */
export function OverrideDialog({ project, issue, onClose }: OverrideProps) {
  const { app, announcer } = usePage();
  const [error, setError] = useState<ApiError | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (): Promise<void> => {
    setBusy(true);
    const { value, error: failure } = await settle(() => app.api.submit(project, issue.number));
    setBusy(false);
    setError(failure);
    if (value === null) return;
    announcer.say(`#${issue.number} is taken`);
    onClose();
    window.location.hash = workflowAddress(value.workflowId);
  };
  return (
    <Dialog title={`Work on #${issue.number} all the same?`} onClose={onClose}>
      <p>The rules of {project} refuse it:</p>
      <Reasons reasons={issue.reasons} />
      <p className="muted small">
        They are overridden for this one run. What you start, somebody else approves.
      </p>
      {error === null ? null : <Failure error={error} />}
      <div className="buttons">
        <button type="button" className="button button-main" disabled={isBusy} onClick={() => void submit()}>
          Work on it
        </button>
        <button type="button" className="button" onClick={onClose}>
          Leave it
        </button>
      </div>
    </Dialog>
  );
}
