import type { Explained } from '@tamma/domain';
import { Outside } from '../../ui/text.tsx';

/** Who or what can move it, and how. */
export function Movers({ movers }: Pick<Explained, 'movers'>) {
  if (movers.length === 0) return null;
  return (
    <details className="movers">
      <summary>What can move it</summary>
      <ul>
        {movers.map(({ who, how }) => (
          <li key={`${who} ${how}`}>
            <Outside text={who} />: <Outside text={how} />
          </li>
        ))}
      </ul>
    </details>
  );
}
