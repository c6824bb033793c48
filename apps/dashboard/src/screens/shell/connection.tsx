import { formatClock } from '../../format/time.ts';
import type { LiveStatus } from '../../live/connection.ts';
import { usePage, useWatched } from '../../ui/hooks.ts';
import { Outside } from '../../ui/text.tsx';

const WORDS: Readonly<Record<LiveStatus['state'], string>> = {
  off: 'signed out',
  connecting: 'connecting …',
  live: 'live',
  reconnecting: 'reconnecting …',
  refused: 'refused, trying again …',
};

/** Whether what is shown is what is, and when the server was last heard. */
export function Connection() {
  const { state, heardAtMs, problem } = useWatched(usePage().app.live.status);
  return (
    <div className={`connection connection-${state}`}>
      <p role="status" className="connection-state">
        <span className="connection-dot" aria-hidden="true" />
        {WORDS[state]}
      </p>
      {heardAtMs === null ? null : (
        <p className="muted small">heard {formatClock(new Date(heardAtMs).toISOString())}</p>
      )}
      {problem === null ? null : (
        <p className="small tone-text-bad">
          <Outside text={problem} />
        </p>
      )}
    </div>
  );
}
