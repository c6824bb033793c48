import type { ApprovalView } from '@tamma/contracts';
import { type ArtifactName, escalationLevelName, LEVEL_ON_CALL } from '@tamma/domain';
import { useState } from 'react';
import { workflowAddress } from '../../app/route.ts';
import { decisionOn } from '../../state/decided.ts';
import { Artifact } from '../../ui/artifact.tsx';
import { Chip } from '../../ui/badge.tsx';
import { usePage, useWatched } from '../../ui/hooks.ts';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Scroll } from '../../ui/scroll.tsx';
import { Outside, OutsideBlock } from '../../ui/text.tsx';
import { Ago, Until } from '../../ui/time.tsx';
import { CHOICES, firstArtifact, KIND_WORDS } from '../../view/decisions.ts';
import { capitalize, nameOfIssue, nameOfStep, RISK_TONES } from '../../view/words.ts';
import { DecisionForm } from './decision-form.tsx';

interface CardProps {
  readonly approval: ApprovalView;
  /** On the screen of its workflow, nobody needs to be told which one it is. */
  readonly place: 'inbox' | 'workflow';
}

/** One thing that waits for a person, with everything needed to decide. */
export function ApprovalCard({ approval, place }: CardProps) {
  const { app } = usePage();
  const made = decisionOn(useWatched(app.decided), approval);
  const titleId = `approval-${approval.id}`;
  return (
    <article className="card approval" aria-labelledby={titleId}>
      <CardHead approval={approval} place={place} titleId={titleId} />
      <OutsideBlock text={approval.why} />
      {approval.remedy === null ? null : (
        <p className="muted">
          <Outside text={approval.remedy} />
        </p>
      )}
      <Reading approval={approval} />
      {made === null ? (
        <DecisionForm approval={approval} />
      ) : (
        <Notice tone="good">
          {capitalize(CHOICES[made.choice].done)} by <Outside text={made.by} />.
        </Notice>
      )}
    </article>
  );
}

function CardHead({ approval, place, titleId }: CardProps & { readonly titleId: string }) {
  const { kind, project, stepId, risk, level, since, until } = approval;
  return (
    <header className="card-head">
      <p className="card-kind">
        <span className="badge tone-asks">
          <Icon name={kind === 'question' ? 'question' : 'person'} />
          {KIND_WORDS[kind].noun}
        </span>
        {risk === null ? null : <Chip word={`${risk} risk`} tone={RISK_TONES[risk]} />}
        {level === null ? null : <Level level={level} />}
      </p>
      <h2 id={titleId}>
        {place === 'workflow' ? null : <Which approval={approval} />}
        <span className={place === 'workflow' ? '' : 'card-asks'}>
          {place === 'workflow' ? capitalize(KIND_WORDS[kind].asks) : KIND_WORDS[kind].asks}
        </span>
      </h2>
      <p className="muted">
        {project} · {nameOfStep(stepId)} · asked <Ago at={since} />
        {until === null ? null : (
          <>
            {' '}
            · due <Until at={until} />
          </>
        )}
      </p>
    </header>
  );
}

/** Whom it concerns by now. */
function Level({ level }: { readonly level: number }) {
  const tone = level > LEVEL_ON_CALL ? 'bad' : 'asks';
  return <Chip word={`level ${level}, ${escalationLevelName(level)}`} tone={tone} />;
}

function Which({ approval: { workflowId, issue, title } }: Pick<CardProps, 'approval'>) {
  return (
    <>
      <a href={workflowAddress(workflowId)}>
        {nameOfIssue({ issue })} <Outside text={title} />
      </a>{' '}
    </>
  );
}

/** What to read before deciding; the thing that is decided about lies open. */
function Reading({ approval }: { readonly approval: ApprovalView }) {
  const [opened, setOpened] = useState<ArtifactName | null>(() => firstArtifact(approval));
  if (approval.artifacts.length === 0) return null;
  return (
    <div className="reading">
      <fieldset className="reading-names">
        <legend className="only-read">What to read</legend>
        {approval.artifacts.map((name) => (
          <button
            key={name}
            type="button"
            className="reading-name"
            aria-pressed={name === opened}
            onClick={() => setOpened(name === opened ? null : name)}
          >
            <Icon name="file" /> {name}
          </button>
        ))}
      </fieldset>
      {opened === null ? null : (
        <Scroll label={opened} className="reading-text">
          <Artifact workflowId={approval.workflowId} name={opened} version={approval.id} />
        </Scroll>
      )}
    </div>
  );
}
