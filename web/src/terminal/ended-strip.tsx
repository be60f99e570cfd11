import type { TerminalInfo } from '../../../server/contract/status.ts';
import { restartRouter, routerOfTerminal } from '../session/router-actions.ts';
import { endShell } from '../session/terminal-actions.ts';
import { useLab } from '../state/lab-store.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { endText } from './terminal-text.ts';

/** Below a terminal whose program has ended: how, and the next step. */
export function EndedStrip({ info }: { info: TerminalInfo }) {
  const running = useLab((state) => state.status?.phase === 'running');
  const bad = info.signal !== undefined || (info.exitCode ?? 0) !== 0;
  const router = info.kind === 'router' ? routerOfTerminal(info.id) : undefined;
  return (
    <div className="ended" role="status" data-testid={`ended-${info.id}`}>
      <span className={bad ? 'tone-bad' : 'dim'}>
        <Icon name={bad ? 'bad' : 'ok'} />
      </span>
      <span className="grow">
        {endText(info)} <span className="dim">Its output above is complete.</span>
      </span>
      {router !== undefined && running && (
        <Button id="restart-router" label="Restart the router" icon="play" onPress={() => void restartRouter(router)} />
      )}
      {info.kind === 'host' && (
        <Button id="close-shell" label="Close this terminal" icon="close" onPress={() => void endShell(info.id)} />
      )}
    </div>
  );
}
