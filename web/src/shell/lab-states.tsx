import { useEffect, useRef, useState } from 'react';
import type { LabStatus } from '../../../server/contract/status.ts';
import { restartLab } from '../session/lab-actions.ts';
import { live } from '../session/socket.ts';
import { announce } from '../state/announce.ts';
import { useNow } from '../state/hooks.ts';
import { useLab } from '../state/lab-store.ts';
import { navigate } from '../state/route.ts';
import { durationOf, plural } from '../state/text.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Icon } from '../ui/icon.tsx';

const goneAfterAttempts = 8;
const resumedForMs = 4_000;

/** Says that the page does not hear from the server, for how long, and when it does again. */
export function ConnectionBanner() {
  const connection = useLab((state) => state.connection);
  const now = useNow(1000, connection.state === 'silent' || connection.state === 'reconnecting');
  const [resumed, setResumed] = useState(false);
  const since = useRef(0);
  const resumedMs = connection.state === 'connected' ? connection.resumedMs : undefined;

  useEffect(() => {
    if (connection.state === 'silent') {
      since.current = connection.lastDataMs;
      announce('The server does not answer.', true);
    }
    if (connection.state === 'reconnecting' && since.current === 0) {
      since.current = connection.lastDataMs;
      announce('The connection to the server is down. Reconnecting.', true);
    }
    if (connection.state === 'ended') {
      since.current = connection.lastDataMs;
      announce(`The server disconnected this page. ${connection.why.detail}`, true);
    }
  }, [connection]);
  useEffect(() => {
    if (resumedMs === undefined) return;
    setResumed(true);
    announce('Connected again.');
    const timer = setTimeout(() => {
      setResumed(false);
      since.current = 0;
    }, resumedForMs);
    return () => clearTimeout(timer);
  }, [resumedMs]);

  if (connection.state === 'silent' || connection.state === 'reconnecting') {
    const silentMs = connection.lastDataMs === 0 ? 0 : now - connection.lastDataMs;
    const isSilent = connection.state === 'silent';
    const gone = connection.state === 'reconnecting' && connection.attempt >= goneAfterAttempts;
    return (
      <div className="banner" role="status" data-testid={`banner-${connection.state}`}>
        <Icon name="waiting" />
        <b className="strong">
          {isSilent || gone ? 'Patchbay does not answer' : `Reconnecting (${connection.attempt})…`}
        </b>
        <span className="mid ellipsis">
          last data {durationOf(Math.max(0, silentMs))} ago
          {isSilent && '. The connection stands: what you do now is sent, and comes through when it moves again.'}
          {gone && '. Is the server still running? What you see is how it was then.'}
        </span>
        <span className="grow" />
        <Button
          id="reconnect"
          label={isSilent ? 'Connect again' : 'Try now'}
          icon="refresh"
          onPress={() => live.retry()}
        />
      </div>
    );
  }
  if (connection.state === 'ended')
    return (
      <div className="banner banner-bad" role="status" data-testid="banner-ended">
        <Icon name="bad" />
        <b className="strong">The server disconnected this page</b>
        <span className="mid ellipsis">{connection.why.detail}</span>
        <span className="grow" />
        <Button id="reconnect" label="Connect again" icon="refresh" onPress={() => live.retry()} />
      </div>
    );
  if (!resumed || connection.state !== 'connected') return null;
  const gapMs = since.current === 0 ? 0 : (connection.resumedMs ?? 0) - since.current;
  return (
    <div className="banner banner-ok" role="status" data-testid="banner-resumed">
      <Icon name="ok" />
      <b className="strong">Resumed</b>
      <span className="mid">
        {connection.caughtUp === undefined || connection.caughtUp === 0
          ? `after ${durationOf(gapMs)}`
          : `after ${durationOf(gapMs)}, ${plural(connection.caughtUp, 'event')} caught up`}
      </span>
    </div>
  );
}

/** A lab that is not there to be looked at: why, and the one thing to do. Undefined while there is something to see. */
export function useLabState(title: string): React.ReactNode | undefined {
  const { status, problem, detail } = useLab();
  if (detail === undefined || status === undefined) {
    if (problem === undefined) return <div className="loading" data-testid="state-loading" aria-busy="true" />;
    return (
      <EmptyState
        icon="bad"
        tone="bad"
        title={problem.title}
        reason={problem.detail}
        testId={problem.code === 'unreachable' ? 'state-server-gone' : 'state-problem'}
      >
        <Button id="labs" label="All labs" kind="primary" onPress={() => navigate('/')} />
      </EmptyState>
    );
  }
  if (status.phase === 'stopped')
    return (
      <EmptyState
        icon="switch"
        title={`${title} is not running`}
        reason="Its hosts, switches and routers do not exist now. Starting makes them anew."
        testId="state-stopped"
      >
        <Button
          id="start"
          label={`Start ${title}`}
          icon="play"
          kind="primary"
          size="large"
          onPress={() => void restartLab()}
        />
      </EmptyState>
    );
  if (status.phase === 'failed' && status.terminals.length === 0)
    return (
      <EmptyState
        icon="bad"
        tone="bad"
        title={status.error?.title ?? `${title} has failed`}
        reason={status.error?.detail ?? 'The server did not say why.'}
        testId="state-failed"
      >
        <Button
          id="start"
          label="Start again"
          icon="refresh"
          kind="primary"
          size="large"
          onPress={() => void restartLab()}
        />
      </EmptyState>
    );
  return undefined;
}

/** A lab that failed but still has something to read: what happened above it. */
export function FailedBanner({ status }: { status: LabStatus }) {
  if (status.phase !== 'failed') return null;
  return (
    <div className="banner banner-bad" role="status" data-testid="banner-failed">
      <Icon name="bad" />
      <b className="strong">{status.error?.title ?? 'The lab has failed'}</b>
      <span className="mid ellipsis">{status.error?.detail}</span>
      <span className="grow" />
      <Button id="start" label="Start again" icon="refresh" onPress={() => void restartLab()} />
    </div>
  );
}
