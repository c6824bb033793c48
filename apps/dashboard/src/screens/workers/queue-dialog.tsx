import type { QueueCommand } from '../../api/api.ts';
import { usePage } from '../../ui/hooks.ts';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';

const WORDS = {
  pause: {
    label: 'Pause',
    consequence: 'No worker takes a task of it until somebody resumes it; what runs comes to its end.',
    weight: 'main',
  },
  resume: { label: 'Resume', consequence: 'Workers take tasks of it again.', weight: 'main' },
} as const;
/** Also says what follows from all of them. */
const ALL = {
  pause: {
    ...WORDS.pause,
    consequence:
      'No worker takes any task, and no issue is started, until somebody resumes them; what runs comes to its end.',
  },
  resume: { ...WORDS.resume, consequence: 'Workers take tasks of every queue again.' },
} as const;

interface QueueDialogProps extends Omit<QueueCommand, 'reason'> {
  readonly onClose: () => void;
}

/** Pauses or resumes one queue, or all of them. */
export function QueueDialog({ verb, queue, onClose }: QueueDialogProps) {
  const { app } = usePage();
  const words = queue === 'all' ? ALL[verb] : WORDS[verb];
  return (
    <ReasonDialog
      title={`${words.label} ${queue === 'all' ? 'all queues' : `queue ${queue}`}`}
      words={words}
      act={async (reason) => {
        const done = await app.api.controlQueue({ verb, queue, reason });
        app.queues.nudge();
        return done;
      }}
      onClose={onClose}
    />
  );
}
