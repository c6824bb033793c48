import type { ApprovalView } from '@tamma/contracts';
import { useEffect, useRef, useState } from 'react';
import { workflowAddress } from '../../app/route.ts';
import { decisionOn } from '../../state/decided.ts';
import { usePage, useTitle, useWatched } from '../../ui/hooks.ts';
import { Empty, Failure, Loading, Notice } from '../../ui/notice.tsx';
import { Outside } from '../../ui/text.tsx';
import { CHOICES, KIND_WORDS } from '../../view/decisions.ts';
import { nameOfIssue } from '../../view/words.ts';
import { ApprovalCard } from './approval-card.tsx';

export function InboxScreen() {
  const { app } = usePage();
  const { value: approvals, error } = useWatched(app.inbox);
  const gone = useGone(approvals);
  useTitle('Needs you', approvals?.length ?? 0);
  return (
    <section className="inbox" aria-labelledby="inbox">
      <h1 id="inbox">Needs you</h1>
      {error === null ? null : <Failure error={error} onRetry={() => void app.inbox.load()} />}
      {approvals === null && error === null ? <Loading what="what waits for you" /> : null}
      {gone.map((approval) => (
        <GoneNotice key={`${approval.id} ${approval.since}`} approval={approval} />
      ))}
      {approvals?.length === 0 ? (
        <Empty title="Nothing waits for you.">
          <p>
            Plans, merges and questions that need a person appear here, and so does work that cannot go on
            alone.
          </p>
        </Empty>
      ) : null}
      {approvals?.map((approval) => (
        <ApprovalCard key={`${approval.id} ${approval.since}`} approval={approval} place="inbox" />
      ))}
    </section>
  );
}

/** A card does not vanish without a word: somebody may have been about to decide. */
function GoneNotice({ approval }: { readonly approval: ApprovalView }) {
  const { app } = usePage();
  const made = decisionOn(useWatched(app.decided), approval);
  return (
    <Notice tone={made === null ? 'quiet' : 'good'}>
      <a href={workflowAddress(approval.workflowId)}>
        {nameOfIssue(approval)} <Outside text={approval.title} />
      </a>
      : {KIND_WORDS[approval.kind].noun.toLowerCase()}{' '}
      {made === null ? (
        'no longer waits for anybody.'
      ) : (
        <>
          {CHOICES[made.choice].done} by <Outside text={made.by} />.
        </>
      )}
    </Notice>
  );
}

const GONE_MAX = 5;

/** What waited on this screen before and does not any more, the latest first. */
function useGone(approvals: readonly ApprovalView[] | null): readonly ApprovalView[] {
  const [gone, setGone] = useState<readonly ApprovalView[]>([]);
  const before = useRef<readonly ApprovalView[]>([]);
  useEffect(() => {
    if (approvals === null) return;
    const isHere = (one: ApprovalView) =>
      approvals.some(({ id, since }) => id === one.id && since === one.since);
    const left = before.current.filter((one) => !isHere(one));
    before.current = approvals;
    if (left.length > 0) setGone((earlier) => [...left, ...earlier].slice(0, GONE_MAX));
  }, [approvals]);
  return gone;
}
