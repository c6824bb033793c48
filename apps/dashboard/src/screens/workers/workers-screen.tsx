import type { WorkerView } from '@tamma/contracts';
import type { QueueDepth } from '../../api/queue-depths.ts';
import { Badge, Chip } from '../../ui/badge.tsx';
import { usePage, usePolling, useTitle, useWatched } from '../../ui/hooks.ts';
import { Empty, Failure, Loading } from '../../ui/notice.tsx';
import { Scroll } from '../../ui/scroll.tsx';
import { Outside } from '../../ui/text.tsx';
import { Ago } from '../../ui/time.tsx';
import { HealthChecks } from './health-checks.tsx';

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

function Queues() {
  const { app } = usePage();
  const { value: queues, error } = useWatched(app.queues);
  return (
    <section aria-labelledby="queues">
      <h2 id="queues">Queues</h2>
      {error === null ? null : <Failure error={error} />}
      {queues?.length === 0 ? <Empty title="The orchestrator tells no queue depths." /> : null}
      {queues === null || queues.length === 0 ? null : <QueueTable queues={queues} />}
      <p className="muted small">
        Every job of every queue: <a href="/admin/queues">Bull Board</a>
      </p>
    </section>
  );
}

function QueueTable({ queues }: { readonly queues: readonly QueueDepth[] }) {
  const states = [...new Set(queues.flatMap((queue) => Object.keys(queue.states)))];
  return (
    <Scroll label="Depths of the queues" className="table-scroll">
      <table className="numbers">
        <thead>
          <tr>
            <th scope="col">Queue</th>
            {states.map((state) => (
              <th key={state} scope="col">
                {state}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {queues.map((queue) => (
            <tr key={queue.queue}>
              <th scope="row">{queue.queue}</th>
              {states.map((state) => (
                <td key={state}>{queue.states[state] ?? 0}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
