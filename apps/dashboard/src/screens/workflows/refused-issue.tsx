import type { ProjectView } from '@tamma/contracts';
import { useState } from 'react';
import { usePage, useWatched } from '../../ui/hooks.ts';
import { Outside } from '../../ui/text.tsx';
import { refusePerson } from '../../view/permission.ts';
import { OverrideDialog } from './override-dialog.tsx';
import { Reasons } from './reasons.tsx';

interface RefusedProps {
  readonly project: string;
  readonly issue: ProjectView['intake']['issues'][number];
}

/** An issue that the project's rules refuse; who may steer can have it worked on all the same. */
export function RefusedIssue({ project, issue }: RefusedProps) {
  const session = useWatched(usePage().app.session);
  const [isAsking, setAsking] = useState(false);
  const mayOverride = session.kind === 'signed-in' && refusePerson(session.person, 'operate') === null;
  return (
    <li className="intake-issue">
      <p className="strong">
        #{issue.number} <Outside text={issue.title} />
      </p>
      <Reasons reasons={issue.reasons} />
      {mayOverride ? (
        <button type="button" className="button button-small" onClick={() => setAsking(true)}>
          Work on #{issue.number} all the same …
        </button>
      ) : null}
      {isAsking ? <OverrideDialog project={project} issue={issue} onClose={() => setAsking(false)} /> : null}
    </li>
  );
}
