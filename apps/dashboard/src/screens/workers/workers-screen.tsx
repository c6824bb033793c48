import type { WorkerView } from '@tamma/contracts';
import { Badge, Chip } from '../../ui/badge.tsx';
import { usePage, usePolling, useTitle, useWatched } from '../../ui/hooks.ts';
import { Empty, Failure, Loading } from '../../ui/notice.tsx';
import { Outside } from '../../ui/text.tsx';
import { Ago } from '../../ui/time.tsx';
import { HealthChecks } from './health-checks.tsx';
import { Queues } from './queues.tsx';

const POLL_MS = 10_000;
const BADGES = {
  online: { word: 'online', icon: 'check', tone: 'good' },
  offline: { word: 'offline', icon: 'slash', tone: 'bad' },
} as const;

export function WorkersScreen() {
  const { app } = usePage();
  const waiting = useWatched(app.inbox).value?.length ?? 0;
  useTitle('Workers', waiting);
  usePolling(app.workers, POLL_MS);
  usePolling(app.queues, POLL_MS);
  usePolling(app.health, POLL_MS);
  return (
    <section className="workers" aria-labelledby="workers">
      <h1 id="workers">Workers</h1>
      <Workers />
      <Queues />
      <HealthChecks />
    </section>
  );
}

function Workers() {
  const { app } = usePage();
  const { value: workers, error } = useWatched(app.workers);
  return (
    <>
      {error === null ? null : <Failure error={error} onRetry={() => void app.workers.load()} />}
      {workers === null && error === null ? <Loading what="workers" /> : null}
      {workers?.length === 0 ? (
        <Empty title="No worker is alive.">
          <p>
            Nothing runs until one joins. <code>npm start</code> runs two; containers:{' '}
            <code>docker compose up --scale worker=3</code>
          </p>
        </Empty>
      ) : null}
      <ul className="worker-list">
        {workers?.map((worker) => (
          <Worker key={worker.id} worker={worker} />
        ))}
      </ul>
    </>
  );
}

function Worker({ worker }: { readonly worker: WorkerView }) {
  const { id, status, capabilities, running, slots, sandbox, startedAt, seenAt } = worker;
  return (
    <li className={`card worker worker-${status}`}>
      <div className="worker-head">
        <Badge badge={BADGES[status]} />
        <h2 className="mono">
          <Outside text={id} />
        </h2>
      </div>
      <label className="worker-load">
        <span>
          runs {running} of {slots}
        </span>
        <meter max={Math.max(slots, 1)} value={running} aria-label={`Load of ${id}`} />
      </label>
      <p className="chips">
        {capabilities.map((capability) => (
          <Chip key={capability} word={capability} />
        ))}
      </p>
      <p className="muted small">
        sandbox: {sandbox} · started <Ago at={startedAt} /> · seen <Ago at={seenAt} />
      </p>
    </li>
  );
}
