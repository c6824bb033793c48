import type { ArtifactView } from '@tamma/contracts';
import type { ArtifactName } from '@tamma/domain';
import { useEffect, useState } from 'react';
import { Diff } from '../diff/diff.tsx';
import { printable } from '../format/printable.ts';
import { Markdown } from '../markdown/markdown.tsx';
import { createResource, type Loaded, type Resource } from '../state/resource.ts';
import { usePage } from './hooks.ts';
import { Failure, Loading } from './notice.tsx';

interface ArtifactProps {
  readonly workflowId: string;
  readonly name: ArtifactName;
  /** Changes with the text; a text that was written anew is read anew. */
  readonly version: string;
}

const PACE = { firstMs: 0, gapMs: 1000, settleMs: 60_000 };

/** The text of an artifact in the way it is read best. */
export function Artifact({ workflowId, name, version }: ArtifactProps) {
  const { loaded, again } = useArtifact({ workflowId, name, version });
  if (loaded.error !== null) return <Failure error={loaded.error} onRetry={again} />;
  if (loaded.value === null) return <Loading what={name} />;
  return <ArtifactText artifact={loaded.value} />;
}

function ArtifactText({ artifact: { name, text } }: { readonly artifact: ArtifactView }) {
  if (name.endsWith('.md')) return <Markdown text={text} />;
  if (name.endsWith('.patch')) return <Diff text={text} />;
  return <pre className="plain">{printable(text)}</pre>;
}

const NOT_ASKED: Loaded<ArtifactView> = { value: null, error: null };

function useArtifact({ workflowId, name, version }: ArtifactProps) {
  const { app } = usePage();
  const [loaded, setLoaded] = useState(NOT_ASKED);
  const [resource, setResource] = useState<Resource<ArtifactView> | null>(null);
  // A new version is a new text under the same name.
  useEffect(() => {
    const read = () => app.api.artifact(workflowId, name);
    const created = createResource(read, { pace: PACE, timers: app.timers });
    const end = created.subscribe(() => setLoaded(created.get()));
    setLoaded(NOT_ASKED);
    setResource(created);
    void created.load();
    return () => {
      end();
      created.stop();
    };
  }, [app, workflowId, name, version]);
  return { loaded, again: () => void resource?.load() };
}
