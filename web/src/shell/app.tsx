import { lazy, Suspense, useEffect } from 'react';
import { askSession, openSession, useSession } from '../session/session-store.ts';
import { useRegisterCommands } from '../state/commands.ts';
import { useFetchedAtRest } from '../state/rest.ts';
import { navigate, useRoute } from '../state/route.ts';
import { useStopQuestion } from '../state/stop-question.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { part } from '../ui/part.tsx';
import { Boundary } from './boundary.tsx';
import { bundleCommands } from './bundle-commands.ts';
import { LiveRegion } from './live-region.tsx';
import { LoginScreen } from './login-screen.tsx';
import { Notices } from './notices.tsx';
import { Overlays, overlayCommands } from './overlays.tsx';
import { themeCommands } from './theme-menu.tsx';

const Catalogue = lazy(async () => ({ default: (await import('./catalogue.tsx')).Catalogue }));
const BundleView = lazy(async () => ({ default: (await import('./bundle-view.tsx')).BundleView }));
const StopDialog = part(async () => (await import('./stop-dialog.tsx')).StopDialog);
const LabView = lazy(async () => ({ default: (await import('./lab-view.tsx')).LabView }));

/** The page: login when the server asks for it, else what the address names. */
export function App() {
  const session = useSession((state) => state.session);
  useEffect(() => openSession(), []);
  useRegisterCommands([
    ...overlayCommands,
    ...themeCommands,
    ...bundleCommands,
    { id: 'labs.open', title: 'All labs', group: 'Go to', run: () => navigate('/') },
  ]);
  return (
    <>
      <Suspense fallback={<Loading />}>
        {session.state === 'open' ? (
          <Boundary what="The page">
            <View />
          </Boundary>
        ) : session.state === 'locked' ? (
          <LoginScreen />
        ) : (
          <Connecting />
        )}
      </Suspense>
      <Overlays />
      <StopPlace />
      <Notices />
      <LiveRegion />
    </>
  );
}

function View() {
  const route = useRoute((state) => state.route);
  if (route.view === 'labs') return <Catalogue />;
  if (route.view === 'bundle') return <BundleView key={route.id} id={route.id} />;
  if (route.view === 'lab') return <LabView key={route.id} id={route.id} />;
  return (
    <EmptyState
      icon="warn"
      title="There is no such page"
      reason={`Nothing is at ${route.path}.`}
      testId="state-unknown"
    >
      <Button id="labs" label="All labs" kind="primary" onPress={() => navigate('/')} />
    </EmptyState>
  );
}

function Loading() {
  return <div className="loading" data-testid="state-loading" aria-busy="true" />;
}

/** The question before a lab is stopped, while it is asked. */
function StopPlace() {
  const question = useStopQuestion((state) => state.question);
  useFetchedAtRest(StopDialog.fetch);
  return question === undefined ? null : (
    <Suspense>
      <StopDialog question={question} />
    </Suspense>
  );
}

/** Before the first answer: quiet at first, then says what it waits for. */
function Connecting() {
  const session = useSession((state) => state.session);
  if (session.state === 'opening') return <Loading />;
  return (
    <EmptyState
      icon="bad"
      tone="bad"
      title="Patchbay does not answer"
      reason="The page is here, but its server is not. Is it still running in its terminal?"
      testId="state-server-gone"
    >
      <Button id="retry" label="Try again" icon="refresh" kind="primary" onPress={askSession} />
    </EmptyState>
  );
}
