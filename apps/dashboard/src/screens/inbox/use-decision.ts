import type { ApprovalView } from '@tamma/contracts';
import { useState } from 'react';
import type { ApiError } from '../../api/api-error.ts';
import { settle } from '../../state/resource.ts';
import { usePage, useWatched } from '../../ui/hooks.ts';
import { CHOICES, type Choice, wordsMissingFor } from '../../view/decisions.ts';
import { refusePerson } from '../../view/permission.ts';
import { decide } from './decide.ts';

/** What a form to decide with knows and does. */
export interface DecisionDraft {
  readonly words: string;
  readonly setWords: (words: string) => void;
  /** What still has to be written; null when nothing is. */
  readonly missing: string | null;
  /** A choice that cannot be taken back, until it is confirmed. */
  readonly toConfirm: Choice | null;
  readonly isBusy: boolean;
  /** Why the server refused the last try. */
  readonly error: ApiError | null;
  /** Why this person may not decide at all. */
  readonly refusal: string | null;
  /** False when words are missing. */
  choose(choice: Choice): boolean;
  confirm(choice: Choice): void;
  putBack(): void;
}

export function useDecision(approval: ApprovalView): DecisionDraft {
  const { app, announcer } = usePage();
  const [words, setWords] = useState('');
  const [missing, setMissing] = useState<string | null>(null);
  const [toConfirm, setToConfirm] = useState<Choice | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const refusal = useRefusal(approval);

  const send = async (choice: Choice): Promise<void> => {
    setToConfirm(null);
    setBusy(true);
    const { error: failure } = await settle(() => decide(app, { approval, choice, words }));
    setBusy(false);
    setError(failure);
    announcer.say(failure === null ? `#${approval.issue}: ${CHOICES[choice].done}` : failure.message);
    app.inbox.nudge();
  };
  const choose = (choice: Choice): boolean => {
    const lacking = wordsMissingFor(choice, words);
    setMissing(lacking);
    if (lacking !== null) return false;
    if (CHOICES[choice].weight === 'danger') setToConfirm(choice);
    else void send(choice);
    return true;
  };
  const confirm = (choice: Choice) => void send(choice);
  return {
    words,
    setWords,
    missing,
    toConfirm,
    isBusy,
    error,
    refusal,
    choose,
    confirm,
    putBack: () => setToConfirm(null),
  };
}

function useRefusal({ kind }: ApprovalView): string | null {
  const session = useWatched(usePage().app.session);
  if (session.kind !== 'signed-in') return 'You are signed out.';
  return refusePerson(session.person, kind === 'escalation' ? 'operate' : 'approve');
}
