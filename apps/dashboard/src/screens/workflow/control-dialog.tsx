import { SCORE_MAX, type WorkflowState } from '@tamma/domain';
import { useId, useState } from 'react';
import { usePage } from '../../ui/hooks.ts';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { CONTROLS, type Verb } from '../../view/controls.ts';
import { nameOfIssue } from '../../view/words.ts';

interface ControlProps {
  readonly state: WorkflowState;
  readonly verb: Verb;
  readonly onClose: () => void;
}

/** Has a workflow do what a person wants. */
export function ControlDialog({ state, verb, onClose }: ControlProps) {
  const { app } = usePage();
  if (verb === 'priority') return <PriorityDialog state={state} onClose={onClose} />;
  return (
    <ReasonDialog
      title={`${CONTROLS[verb].label}: ${nameOfIssue(state)}`}
      words={CONTROLS[verb]}
      act={(reason) => app.api.control(state.id, { verb, reason })}
      onClose={onClose}
    />
  );
}

function PriorityDialog({ state, onClose }: Omit<ControlProps, 'verb'>) {
  const { app } = usePage();
  const [text, setText] = useState(String(state.score));
  const id = useId();
  const isScore = /^\d{1,4}$/.test(text) && Number(text) <= SCORE_MAX;
  return (
    <ReasonDialog
      title={`${CONTROLS.priority.label}: ${nameOfIssue(state)}`}
      words={CONTROLS.priority}
      act={(reason) => app.api.control(state.id, { verb: 'priority', score: Number(text), reason })}
      onClose={onClose}
      isComplete={isScore}
    >
      <div className="field">
        <label htmlFor={id}>Priority</label>
        <input
          id={id}
          inputMode="numeric"
          autoComplete="off"
          required={true}
          value={text}
          aria-invalid={!isScore}
          aria-describedby={`${id}-range`}
          onChange={({ target }) => setText(target.value.trim())}
        />
        <p id={`${id}-range`} className="muted small">
          A whole number from 0 to {SCORE_MAX}; it is {state.score} now.
        </p>
      </div>
    </ReasonDialog>
  );
}
