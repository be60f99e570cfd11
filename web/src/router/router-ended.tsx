import type { RouterProcess, RouterStatus } from '../../../server/contract/status.ts';
import { restartRouter } from '../session/router-actions.ts';
import { showRouterTerminal } from '../session/terminal-actions.ts';
import { showPanel } from '../state/dock-store.ts';
import { select } from '../state/selection.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { endReason, endTitle } from './router-text.ts';

/** The card of a router that ended by itself: what happened, its last packet, and the way on. */
export function RouterEnded({
  router,
  process,
  onAnother,
}: {
  router: RouterStatus;
  process: RouterProcess;
  onAnother: () => void;
}) {
  const { lastPacket } = process;
  const crashed = process.signal !== undefined || (process.exitCode ?? 0) !== 0;
  return (
    <div className="router-crash" data-testid="card-crash">
      <header className="row router-title">
        <span className={crashed ? 'tone-bad' : 'tone-warn'}>
          <Icon name={crashed ? 'bad' : 'warn'} size="l" />
        </span>
        <div className="grow">
          <h2>{endTitle(process)}</h2>
          <p className="mid">{endReason(process)}</p>
        </div>
      </header>
      {lastPacket !== undefined && (
        <button
          type="button"
          className="card router-last"
          data-testid="cmd-last-packet"
          onClick={() => {
            select({ kind: 'packet', seq: lastPacket.seq });
            showPanel('packet');
          }}
        >
          <Icon name="search" />
          <span className="strong">#{lastPacket.seq}</span>
          <span className="grow mid">last frame it was given</span>
          <span className="dim">open</span>
          <Icon name="right" size="s" />
        </button>
      )}
      <div className="command-line">
        <span className="grow ellipsis">{process.command}</span>
      </div>
      <p className="dim">What follows is dropped and counted until a router is connected again.</p>
      <div className="row router-actions">
        <Button
          id="restart-router"
          changes
          label="Restart the router"
          icon="play"
          kind="primary"
          size="large"
          onPress={() => void restartRouter(router.name)}
        />
        <Button
          id="router-terminal"
          label="Open its terminal"
          icon="terminal"
          size="large"
          onPress={() => showRouterTerminal(router.name)}
        />
        <Button
          id="another-router"
          changes
          label="Run another"
          icon="cpu"
          kind="ghost"
          size="large"
          onPress={onAnother}
        />
      </div>
    </div>
  );
}
