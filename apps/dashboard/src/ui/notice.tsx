import type { ReactNode } from 'react';
import type { ApiError } from '../api/api-error.ts';
import type { Tone } from '../view/words.ts';
import { Icon } from './icon.tsx';
import { Outside } from './text.tsx';

interface NoticeProps {
  readonly tone: Tone;
  readonly children: ReactNode;
  /** Read out at once; for what happened because of the person. */
  readonly isUrgent?: boolean;
}

export function Notice({ tone, children, isUrgent = false }: NoticeProps) {
  return (
    <div className={`notice tone-${tone}`} role={isUrgent ? 'alert' : undefined}>
      <Icon name={tone === 'good' ? 'check' : 'alert'} />
      <div>{children}</div>
    </div>
  );
}

/** What went wrong with a request and what to do about it. */
export function Failure({ error, onRetry }: { readonly error: ApiError; readonly onRetry?: () => void }) {
  return (
    <Notice tone="bad">
      <p>
        <Outside text={toSentence(error.message)} />
        {error.remedy === undefined ? null : ` ${error.remedy}`}
      </p>
      {onRetry === undefined ? null : (
        <button type="button" className="button" onClick={onRetry}>
          Ask again
        </button>
      )}
    </Notice>
  );
}

function toSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Nothing to show, and what to do about that. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children}
    </div>
  );
}

export function Loading({ what }: { readonly what: string }) {
  return (
    <p className="loading" role="status">
      <Icon name="spinner" isBusy={true} /> Loading {what} …
    </p>
  );
}
