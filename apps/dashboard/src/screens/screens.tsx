import type { Route } from '../app/route.ts';
import { usePage, useRoute, useTitle, useWatched } from '../ui/hooks.ts';
import { Empty, Failure, Loading } from '../ui/notice.tsx';
import { InboxScreen } from './inbox/inbox-screen.tsx';
import { ModelsScreen } from './models/models-screen.tsx';
import { Shell } from './shell/shell.tsx';
import { SignInScreen } from './sign-in/sign-in-screen.tsx';
import { WorkersScreen } from './workers/workers-screen.tsx';
import { WorkflowScreen } from './workflow/workflow-screen.tsx';
import { WorkflowsScreen } from './workflows/workflows-screen.tsx';

/** The page, whoever looks at it. */
export function Screens() {
  const { app, announcer } = usePage();
  const session = useWatched(app.session);
  const route = useRoute();
  return (
    <>
      {session.kind === 'unknown' ? (
        <main className="sign-in" id="main">
          <h1 className="only-read">Tamma</h1>
          {session.error === null ? <Loading what="Tamma" /> : <Failure error={session.error} />}
        </main>
      ) : null}
      {session.kind === 'signed-out' ? <SignInScreen why={session.why} /> : null}
      {session.kind === 'signed-in' ? (
        <Shell route={route} person={session.person}>
          <Screen route={route} />
        </Shell>
      ) : null}
      <p className="only-read" role="status" aria-live="polite">
        {useWatched(announcer)}
      </p>
    </>
  );
}

function Screen({ route }: { readonly route: Route }) {
  switch (route.screen) {
    case 'workflows':
      return <WorkflowsScreen />;
    case 'workflow':
      return <WorkflowScreen id={route.id} tab={route.tab} />;
    case 'inbox':
      return <InboxScreen />;
    case 'workers':
      return <WorkersScreen />;
    case 'models':
      return <ModelsScreen />;
    case 'nowhere':
      return <Nowhere />;
  }
}

function Nowhere() {
  useTitle('Not found', 0);
  return (
    <>
      <h1>Not found</h1>
      <Empty title="There is nothing at this address.">
        <p>
          <a href="#/">See all workflows</a>
        </p>
      </Empty>
    </>
  );
}
