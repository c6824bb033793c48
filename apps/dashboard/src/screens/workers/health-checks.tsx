import type { Health } from '@tamma/contracts';
import { Badge } from '../../ui/badge.tsx';
import { usePage, useWatched } from '../../ui/hooks.ts';
import { Failure } from '../../ui/notice.tsx';
import { Outside } from '../../ui/text.tsx';
import { wordsOfDetail } from '../../view/health.ts';

type Check = Health['checks'][number];

const BADGES = {
  healthy: { word: 'healthy', icon: 'check', tone: 'good' },
  degraded: { word: 'degraded', icon: 'alert', tone: 'asks' },
  unhealthy: { word: 'unhealthy', icon: 'cross', tone: 'bad' },
} as const;

/** What the orchestrator says of itself and of what it stands on. */
export function HealthChecks() {
  const { app } = usePage();
  const { value: health, error } = useWatched(app.health);
  return (
    <section aria-labelledby="health">
      <h2 id="health">Orchestrator</h2>
      {error === null ? null : <Failure error={error} />}
      {health === null ? null : (
        <>
          <p>
            <Badge badge={BADGES[health.status]} /> <span className="muted">version {health.version}</span>
          </p>
          <ul className="checks">
            {health.checks.map((check) => (
              <CheckLine key={check.name} check={check} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function CheckLine({ check: { name, status, details } }: { readonly check: Check }) {
  const lines = Object.entries(details).map(([key, value]) => `${key}: ${wordsOfDetail(value)}`);
  return (
    <li className="check">
      <Badge badge={BADGES[status]} /> <span className="strong">{name}</span>{' '}
      {status === 'healthy' ? (
        <span className="muted">
          <Outside text={lines.join(' · ')} />
        </span>
      ) : (
        <ul className="check-details">
          {lines.map((line) => (
            <li key={line}>
              <Outside text={line} />
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
