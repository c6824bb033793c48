import { failedStepOf, hasWorkflowEnded, type WorkflowState } from '@tamma/domain';
import { useState } from 'react';
import { usePage, useWatched } from '../../ui/hooks.ts';
import { refusePerson } from '../../view/permission.ts';
import { ControlDialog, type Verb } from './control-dialog.tsx';

/** What a person can do to a workflow; greyed out, with the reason, for who may not. */
export function Actions({ state }: { readonly state: WorkflowState }) {
  const session = useWatched(usePage().app.session);
  const [verb, setVerb] = useState<Verb | null>(null);
  if (hasWorkflowEnded(state.status)) return null;
  const refusal =
    session.kind === 'signed-in' ? refusePerson(session.person, 'operate') : 'You are signed out.';
  const verbs: readonly Verb[] = isEscalated(state) ? ['retry', 'cancel'] : ['cancel'];
  return (
    <div className="actions">
      {verbs.map((one) => (
        <button
          key={one}
          type="button"
          className="button"
          disabled={refusal !== null}
          aria-describedby={refusal === null ? undefined : 'actions-refusal'}
          onClick={() => setVerb(one)}
        >
          {one === 'retry' ? 'Try again …' : 'Cancel …'}
        </button>
      ))}
      {refusal === null ? null : (
        <p id="actions-refusal" className="muted small">
          {refusal}
        </p>
      )}
      {verb === null ? null : <ControlDialog state={state} verb={verb} onClose={() => setVerb(null)} />}
    </div>
  );
}

/** A step failed for good, and nobody is asked anything else. */
function isEscalated(state: WorkflowState): boolean {
  return state.status === 'paused' && state.approval === null && failedStepOf(state) !== null;
}
