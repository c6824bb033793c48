import type { SessionView } from '@tamma/contracts';
import { usePage } from '../../ui/hooks.ts';
import { Icon } from '../../ui/icon.tsx';
import { Outside } from '../../ui/text.tsx';

/** Who is signed in, and as what. */
export function Person({ person }: { readonly person: SessionView }) {
  const { app } = usePage();
  return (
    <div className="person">
      <p>
        <Icon name="person" /> <Outside text={person.name} />
      </p>
      <p className="muted small">{person.roles.join(', ')}</p>
      {person.authentication === 'none' ? null : (
        <button type="button" className="button button-small" onClick={() => void app.session.signOut()}>
          Sign out
        </button>
      )}
    </div>
  );
}
