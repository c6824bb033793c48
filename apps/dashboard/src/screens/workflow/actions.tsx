import type { WorkflowState } from '@tamma/domain';
import { useState } from 'react';
import { useRefusal } from '../../ui/hooks.ts';
import { type Verb, verbsFor } from '../../view/controls.ts';
import { ControlDialog } from './control-dialog.tsx';

const BUTTONS: Readonly<Record<Verb, string>> = {
  resume: 'Resume …',
  retry: 'Try again …',
  suspend: 'Suspend …',
  priority: 'Priority …',
  cancel: 'Cancel …',
};

/** What a person can do to a workflow; greyed out, with the reason, for who may not. */
export function Actions({ state }: { readonly state: WorkflowState }) {
  const [verb, setVerb] = useState<Verb | null>(null);
  const refusal = useRefusal()('operate');
  const verbs = verbsFor(state);
  // Whoever is about to say something keeps what they wrote, and reads why it came too late.
  if (verbs.length === 0 && verb === null) return null;
  return (
    <div className="actions">
      {verbs.map((one) => (
        <button
          key={one}
          type="button"
          className={one === 'resume' ? 'button button-main' : 'button'}
          disabled={refusal !== null}
          aria-describedby={refusal === null ? undefined : 'actions-refusal'}
          onClick={() => setVerb(one)}
        >
          {BUTTONS[one]}
        </button>
      ))}
      {refusal === null || verbs.length === 0 ? null : (
        <p id="actions-refusal" className="muted small">
          {refusal}
        </p>
      )}
      {verb === null ? null : <ControlDialog state={state} verb={verb} onClose={() => setVerb(null)} />}
    </div>
  );
}
