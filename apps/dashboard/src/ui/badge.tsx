import type { Badge as BadgeWords, Tone } from '../view/words.ts';
import { Icon } from './icon.tsx';

export function Badge({ badge }: { readonly badge: BadgeWords }) {
  return (
    <span className={`badge tone-${badge.tone}`}>
      <Icon name={badge.icon} isBusy={badge.tone === 'busy'} />
      {badge.word}
    </span>
  );
}

/** A word with a color and no sign: for what the word alone says. */
export function Chip({ word, tone = 'quiet' }: { readonly word: string; readonly tone?: Tone }) {
  return <span className={`chip tone-${tone}`}>{word}</span>;
}
