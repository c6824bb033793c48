import { usePage, usePolling, useTitle, useWatched } from '../../ui/hooks.ts';
import { Agents } from './agents.tsx';
import { Budgets } from './budgets.tsx';

const POLL_MS = 10_000;

/** What models may cost, and what each of them did. */
export function ModelsScreen() {
  const { app } = usePage();
  const waiting = useWatched(app.inbox).value?.length ?? 0;
  useTitle('Models', waiting);
  usePolling(app.budgets, POLL_MS);
  usePolling(app.agents, POLL_MS);
  return (
    <section className="models" aria-labelledby="models">
      <h1 id="models">Models</h1>
      <Budgets />
      <Agents />
    </section>
  );
}
