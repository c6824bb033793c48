import type { Route } from '../../app/route.ts';
import { plural } from '../../format/amount.ts';
import { usePage, useWatched } from '../../ui/hooks.ts';
import { Icon } from '../../ui/icon.tsx';

const LINKS = [
  { screens: ['workflows', 'workflow'], href: '#/', words: 'Workflows', icon: 'list' },
  { screens: ['inbox'], href: '#/inbox', words: 'Needs you', icon: 'inbox' },
  { screens: ['workers'], href: '#/workers', words: 'Workers', icon: 'workers' },
  { screens: ['models'], href: '#/models', words: 'Models', icon: 'models' },
] as const;

export function Navigation({ route }: { readonly route: Route }) {
  const waiting = useWatched(usePage().app.inbox).value?.length ?? 0;
  return (
    <nav aria-label="Main" className="navigation">
      <ul>
        {LINKS.map(({ screens, href, words, icon }) => (
          <li key={href}>
            <a
              href={href}
              aria-current={screens.some((screen) => screen === route.screen) ? 'page' : undefined}
            >
              <Icon name={icon} />
              {words}
              {icon === 'inbox' && waiting > 0 ? <Count waiting={waiting} /> : null}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Count({ waiting }: { readonly waiting: number }) {
  return (
    <span className="count">
      <span aria-hidden="true">{waiting}</span>
      <span className="only-read">{plural(waiting, 'decision')}</span>
    </span>
  );
}
