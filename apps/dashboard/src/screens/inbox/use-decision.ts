import type { ApprovalView } from '@tamma/contracts';
import { useState } from 'react';
import type { ApiError } from '../../api/api-error.ts';
import { settle } from '../../state/resource.ts';
import { usePage, useRefusal } from '../../ui/hooks.ts';
import { CHOICES, type Choice, permissionOf, wordsMissingFor } from '../../view/decisions.ts';
import { nameOfIssue } from '../../view/words.ts';
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
  /** Why this person may not choose that; null when they may. */
  readonly refuse: (choice: Choice) => string | null;
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
  const refusal = useRefusal();
  const refuse = (choice: Choice) => refusal(permissionOf(choice));

  const send = async (choice: Choice): Promise<void> => {
    setToConfirm(null);
    setBusy(true);
    const { error: failure } = await settle(() => decide(app, { approval, choice, words }));
    setBusy(false);
    setError(failure);
    announcer.say(failure === null ? `${nameOfIssue(approval)}: ${CHOICES[choice].done}` : failure.message);
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
    refuse,
    choose,
    confirm,
    putBack: () => setToConfirm(null),
  };
}
