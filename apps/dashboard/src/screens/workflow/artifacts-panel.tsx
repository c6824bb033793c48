import { ARTIFACT_NAMES, type ArtifactName, type WorkflowState } from '@tamma/domain';
import { useState } from 'react';
import { formatBytes } from '../../format/amount.ts';
import { Artifact } from '../../ui/artifact.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty } from '../../ui/notice.tsx';

export function ArtifactsPanel({ state }: { readonly state: WorkflowState }) {
  const [chosen, setChosen] = useState<ArtifactName | null>(null);
  const there = ARTIFACT_NAMES.flatMap((name) => state.artifacts.find((one) => one.name === name) ?? []);
  const shown = there.find(({ name }) => name === chosen) ?? there[0];
  if (shown === undefined)
    return <Empty title="No artifact yet. The first is TASK.md, written by the first step." />;
  return (
    <div className="artifacts">
      <ul className="artifact-names" aria-label="Artifacts">
        {there.map(({ name, bytes }) => (
          <li key={name}>
            <button
              type="button"
              className="reading-name"
              aria-pressed={name === shown.name}
              onClick={() => setChosen(name)}
            >
              <Icon name="file" /> {name} <span className="muted">{formatBytes(bytes)}</span>
            </button>
          </li>
        ))}
      </ul>
      <article className="card artifact-text" aria-label={shown.name}>
        <Artifact workflowId={state.id} name={shown.name} version={shown.sha256} />
      </article>
    </div>
  );
}
