import { formatAge, formatAgo, formatDuration, formatMoment, formatUntil } from '../format/time.ts';
import { useNow } from './hooks.ts';

export function Ago({ at }: { readonly at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={formatMoment(at)}>
      {formatAgo(at, now)}
    </time>
  );
}

/** How long something goes on already. */
export function Age({ at }: { readonly at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={`since ${formatMoment(at)}`}>
      {formatAge(at, now)}
    </time>
  );
}

export function Until({ at }: { readonly at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={formatMoment(at)}>
      {formatUntil(at, now)}
    </time>
  );
}

/** How long it took, or takes so far while `to` is null. */
export function Took({ from, to }: { readonly from: string; readonly to: string | null }) {
  return to === null ? <Ticking from={from} /> : formatDuration(Date.parse(to) - Date.parse(from));
}

function Ticking({ from }: { readonly from: string }) {
  const now = useNow();
  return formatDuration(now - Date.parse(from));
}
