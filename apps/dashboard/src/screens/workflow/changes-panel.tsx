import type { WorkflowState } from '@tamma/domain';
import { Artifact } from '../../ui/artifact.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Outside } from '../../ui/text.tsx';

/** Commits, and what they change. */
export function ChangesPanel({ state }: { readonly state: WorkflowState }) {
  const patch = state.artifacts.find(({ name }) => name === 'change.patch');
  return (
    <div className="changes">
      {state.commits.length === 0 ? null : (
        <ul className="commits" aria-label="Commits">
          {state.commits.map(({ hash, message, author }) => (
            <li key={hash}>
              <span className="mono">{hash.slice(0, 10)}</span>{' '}
              <Outside text={message.split('\n')[0] ?? ''} />{' '}
              <span className="muted">
                <Outside text={author} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {patch === undefined ? (
        <Empty title="No change yet. It appears when the code is written." />
      ) : (
        <Artifact workflowId={state.id} name="change.patch" version={patch.sha256} />
      )}
    </div>
  );
}
