import type { Explanation } from '@tamma/contracts';
import type { WorkflowState } from '@tamma/domain';
import type { WorkflowWatch } from '../../state/workflow.ts';
import { useWatched } from '../../ui/hooks.ts';
import { Outside } from '../../ui/text.tsx';
import { Age, Until } from '../../ui/time.tsx';
import { keepersOf } from '../../view/keepers.ts';

interface KeepersProps {
  readonly state: WorkflowState;
  readonly watch: WorkflowWatch;
}

/** All that keeps it from going on, as the server last said. */
export function Keepers({ state, watch }: KeepersProps) {
  const { value: asked } = useWatched(watch.explanation);
  const keepers = keepersOf(state, asked);
  if (keepers.length === 0) return null;
  return (
    <section className="keepers" aria-labelledby="keepers">
      <h2 id="keepers">What keeps it</h2>
      <ul>
        {keepers.map((keeper) => (
          <Keeper key={keeper.what} keeper={keeper} />
        ))}
      </ul>
    </section>
  );
}

function Keeper({
  keeper: { what, why, since, until },
}: {
  readonly keeper: Explanation['blockedBy'][number];
}) {
  return (
    <li>
      <span className="strong">
        <Outside text={what} />
      </span>
      : <Outside text={why} />
      <span className="muted">
        {since === null ? null : (
          <>
            {' '}
            · for <Age at={since} />
          </>
        )}
        {until === null ? null : (
          <>
            {' '}
            · ends by itself <Until at={until} />
          </>
        )}
      </span>
    </li>
  );
}
