import { useId, useState } from 'react';
import { useRefusal } from '../../ui/hooks.ts';
import { GateDialog } from './gate-dialog.tsx';

/** The button to run a gate; greyed out, with the reason, for who may not. */
export function RunGate({ project }: { readonly project: string }) {
  const [isAsking, setAsking] = useState(false);
  const refusal = useRefusal()('operate');
  const id = useId();
  return (
    <div>
      <button
        type="button"
        className="button button-small"
        disabled={refusal !== null}
        aria-describedby={refusal === null ? undefined : id}
        onClick={() => setAsking(true)}
      >
        Run a gate<span className="only-read"> of {project}</span> …
      </button>
      {refusal === null ? null : (
        <p id={id} className="muted small">
          {refusal}
        </p>
      )}
      {isAsking ? <GateDialog project={project} onClose={() => setAsking(false)} /> : null}
    </div>
  );
}
