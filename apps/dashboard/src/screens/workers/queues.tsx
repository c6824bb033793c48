import type { QueueView } from '@tamma/contracts';
import { useState } from 'react';
import type { QueueCommand } from '../../api/api.ts';
import { Badge } from '../../ui/badge.tsx';
import { usePage, useRefusal, useWatched } from '../../ui/hooks.ts';
import { Failure, Loading } from '../../ui/notice.tsx';
import { Outside } from '../../ui/text.tsx';
import { Age } from '../../ui/time.tsx';
import { QueueDialog } from './queue-dialog.tsx';

type Asked = Omit<QueueCommand, 'reason'>;

interface OfferProps {
  /** Null for who may not. */
  readonly onAsk: ((asked: Asked) => void) | null;
}

const OPEN = { word: 'open', icon: 'check', tone: 'good' } as const;
const PAUSED = { word: 'paused', icon: 'pause', tone: 'asks' } as const;

/** What is in each queue, who paused it, and the buttons to do so. */
export function Queues() {
  const { app } = usePage();
  const { value: queues, error } = useWatched(app.queues);
  const [asked, setAsked] = useState<Asked | null>(null);
  const refusal = useRefusal()('operate');
  const onAsk = refusal === null ? setAsked : null;
  return (
    <section className="queues" aria-labelledby="queues">
      <div className="queues-head">
        <h2 id="queues">Queues</h2>
        {queues === null ? null : <AllButtons queues={queues} onAsk={onAsk} />}
      </div>
      {refusal === null ? null : (
        <p id="queues-refusal" className="muted small">
          {refusal}
        </p>
      )}
      {error === null ? null : <Failure error={error} onRetry={() => void app.queues.load()} />}
      {queues === null && error === null ? <Loading what="queues" /> : null}
      <ul className="queue-list">
        {queues?.map((view) => (
          <Queue key={view.queue} view={view} onAsk={onAsk} />
        ))}
      </ul>
      <p className="muted small">
        Every job of every queue: <a href="/admin/queues">Bull Board</a>
      </p>
      {asked === null ? null : <QueueDialog {...asked} onClose={() => setAsked(null)} />}
    </section>
  );
}

interface QueuesProps extends OfferProps {
  readonly queues: readonly QueueView[];
}

/** Only what would change something is offered. */
function AllButtons({ queues, onAsk }: QueuesProps) {
  const verbs = (['pause', 'resume'] as const).filter((verb) => queues.some((one) => offered(one) === verb));
  return (
    <div className="actions">
      {verbs.map((verb) => (
        <AskButton key={verb} asked={{ verb, queue: 'all' }} onAsk={onAsk} />
      ))}
    </div>
  );
}

function offered({ paused }: QueueView): Asked['verb'] {
  return paused === null ? 'pause' : 'resume';
}

function AskButton({ asked, onAsk }: OfferProps & { readonly asked: Asked }) {
  const { verb, queue } = asked;
  return (
    <button
      type="button"
      className="button button-small"
      disabled={onAsk === null}
      aria-describedby={onAsk === null ? 'queues-refusal' : undefined}
      onClick={() => onAsk?.(asked)}
    >
      {verb === 'pause' ? 'Pause' : 'Resume'}
      {queue === 'all' ? ' all' : <span className="only-read"> {queue}</span>} …
    </button>
  );
}

function Queue({ view, onAsk }: OfferProps & { readonly view: QueueView }) {
  const { queue, paused } = view;
  return (
    <li className="queue">
      <div className="queue-name">
        <h3>{queue}</h3>
        <Badge badge={paused === null ? OPEN : PAUSED} />
      </div>
      <Counts view={view} />
      <AskButton asked={{ verb: offered(view), queue }} onAsk={onAsk} />
      {paused === null ? null : (
        <p className="queue-why">
          paused by <Outside text={paused.by} /> for <Age at={paused.since} />: <Outside text={paused.why} />
        </p>
      )}
    </li>
  );
}

const COUNTS = ['waiting', 'active', 'delayed', 'failed'] as const;

function Counts({ view }: { readonly view: QueueView }) {
  return (
    <dl className="queue-counts">
      {COUNTS.map((name) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{view[name]}</dd>
        </div>
      ))}
    </dl>
  );
}
