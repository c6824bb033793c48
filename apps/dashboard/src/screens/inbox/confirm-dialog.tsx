import { Dialog } from '../../ui/dialog.tsx';
import { CHOICES, type Choice } from '../../view/decisions.ts';

interface ConfirmProps {
  readonly choice: Choice;
  readonly onConfirm: (choice: Choice) => void;
  readonly onClose: () => void;
}

/** For what cannot be taken back. */
export function ConfirmDialog({ choice, onConfirm, onClose }: ConfirmProps) {
  const { label, consequence } = CHOICES[choice];
  return (
    <Dialog title={`${label}?`} onClose={onClose}>
      <p>{consequence} This cannot be taken back.</p>
      <div className="buttons">
        <button type="button" className="button button-danger" onClick={() => onConfirm(choice)}>
          {label}
        </button>
        <button type="button" className="button" onClick={onClose}>
          Keep it open
        </button>
      </div>
    </Dialog>
  );
}
