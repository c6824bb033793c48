import type { SessionView } from '@tamma/contracts';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { addressOf, type Route } from '../../app/route.ts';
import { Icon } from '../../ui/icon.tsx';
import { Brand } from './brand.tsx';
import { Connection } from './connection.tsx';
import { Navigation } from './navigation.tsx';
import { Person } from './person.tsx';
import { ThemeChoice } from './theme-choice.tsx';

interface ShellProps {
  readonly route: Route;
  readonly person: SessionView;
  readonly children: ReactNode;
}

/** What stands around every screen. */
export function Shell({ route, person, children }: ShellProps) {
  const main = useRef<HTMLElement>(null);
  const [isMenuOpen, setMenuOpen] = useState(false);
  useFocusOnNewScreen(route, main);
  return (
    <div className="shell">
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        Skip to content
      </button>
      <header className="side">
        <div className="side-inner">
          <Brand />
          <Connection />
          <button
            type="button"
            className="button button-icon menu-button"
            aria-expanded={isMenuOpen}
            aria-controls="menu"
            onClick={() => setMenuOpen(!isMenuOpen)}
          >
            <Icon name={isMenuOpen ? 'close' : 'menu'} />
            <span className="only-read">Menu</span>
          </button>
          <Navigation route={route} />
          <div id="menu" className={isMenuOpen ? 'menu menu-open' : 'menu'}>
            <Doors />
            <ThemeChoice />
            <Person person={person} />
          </div>
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

/** What the orchestrator serves beside this page. */
function Doors() {
  return (
    <ul className="doors">
      <li>
        <a href="/admin/queues">
          <Icon name="out" /> Queues (Bull Board)
        </a>
      </li>
      <li>
        <a href="/api/docs">
          <Icon name="out" /> API
        </a>
      </li>
    </ul>
  );
}

/** Who follows a link with the keyboard goes on at the new screen; not at the first, and not from tab to tab. */
function useFocusOnNewScreen(route: Route, main: React.RefObject<HTMLElement | null>): void {
  const place = route.screen === 'workflow' ? addressOf({ ...route, tab: 'live' }) : addressOf(route);
  const last = useRef(place);
  useEffect(() => {
    if (last.current === place) return;
    last.current = place;
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [place, main]);
}
