import type { Health } from '@tamma/contracts';
import { Badge } from '../../ui/badge.tsx';
import { usePage, useWatched } from '../../ui/hooks.ts';
import { Failure } from '../../ui/notice.tsx';
import { Outside } from '../../ui/text.tsx';

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
  const words = Object.entries(details).map(([key, value]) => `${key}: ${wordsOf(value)}`);
  return (
    <li className="check">
      <Badge badge={BADGES[status]} /> <span className="strong">{name}</span>{' '}
      <span className="muted">
        <Outside text={words.join(' · ')} />
      </span>
    </li>
  );
}

function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(wordsOf).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
