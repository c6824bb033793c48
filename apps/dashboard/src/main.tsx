import { createRoot } from 'react-dom/client';
import { createAnnouncer } from './app/announcer.ts';
import { createApp } from './app/app.ts';
import { createThemeSwitch } from './app/theme.ts';
import { createSocket } from './live/socket.ts';
import { BrokenBoundary } from './screens/broken.tsx';
import { Screens } from './screens/screens.tsx';
import { createCell } from './state/cell.ts';
import { createClock } from './state/clock.ts';
import { browserTimers } from './state/timers.ts';
import { PageContext } from './ui/hooks.ts';
import { NO_FILTER } from './view/filter.ts';
import './styles/index.css';

const app = createApp({
  fetch: (...request) => window.fetch(...request),
  socket: createSocket(),
  timers: browserTimers,
});
const page = {
  app,
  announcer: createAnnouncer(),
  clock: createClock(browserTimers),
  theme: createThemeSwitch(document.documentElement, () => window.localStorage),
  filter: createCell(NO_FILTER),
};
const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for the application');
createRoot(root).render(
  <BrokenBoundary>
    <PageContext value={page}>
      <Screens />
    </PageContext>
  </BrokenBoundary>,
);
app.start();
