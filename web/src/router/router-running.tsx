import type { RouterStatus } from '../../../server/contract/status.ts';
import { restartRouter, stopRouter } from '../session/router-actions.ts';
import { showRouterTerminal } from '../session/terminal-actions.ts';
import { useLabNow } from '../state/recording.ts';
import { countOf, durationOf, plural } from '../state/text.ts';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { ColumnHeads } from '../ui/column-heads.tsx';
import { Icon } from '../ui/icon.tsx';
import { programOf } from './router-text.ts';

/** A router that is connected: its process, what it did, its interfaces. */
export function RouterRunning({ router }: { router: RouterStatus }) {
  const { process } = router;
  const now = useLabNow(1000);
  const ready = router.state === 'ready';
  const mine = process?.state === 'running';
  const facts: readonly (readonly [string, string])[] = [
    ...(mine
      ? [['Runs for', durationOf(now - process.startedMs)] as const, ['Process', `pid ${process.pid}`] as const]
      : []),
    ['Connected from', router.peer === '' ? 'unknown' : router.peer],
    ['VNS name', router.vhost],
    ...(process === undefined ? [] : [['Routed', plural(process.packetsRouted, 'packet')] as const]),
  ];
  return (
    <div className="router-running" data-testid="router-running">
      <header className="row router-title">
        <span className={ready ? 'tone-ok' : 'tone-warn'}>
          <Icon name={ready ? 'ok' : 'waiting'} size="l" />
        </span>
        <div className="grow">
          <h2>{mine ? programOf(process) : 'A router over the network'}</h2>
          <p className="mid ellipsis mono">{mine ? process.command : router.peer}</p>
        </div>
        <Chip tone={ready ? 'ok' : 'warn'}>{ready ? 'ready' : 'handshake'}</Chip>
      </header>
      <dl className="router-facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <table className="router-table">
        <caption className="meta-label">Interfaces, as sent with HWINFO</caption>
        <thead>
          <tr>
            <ColumnHeads words={['Name', 'Port', 'Address', 'Mask', 'MAC']} />
          </tr>
        </thead>
        <tbody className="mono">
          {router.interfaces.map((each) => (
            <tr key={each.name}>
              <td>{each.name}</td>
              <td>{countOf(each.port)}</td>
              <td>{each.address}</td>
              <td>{each.mask}</td>
              <td>{each.mac === '' ? 'not known yet' : each.mac}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {mine && (
        <div className="row router-actions">
          <Button
            id="restart-router"
            changes
            label="Restart"
            icon="refresh"
            onPress={() => void restartRouter(router.name)}
          />
          <Button
            id="stop-router"
            changes
            label="Stop"
            icon="close"
            kind="danger"
            onPress={() => void stopRouter(router.name)}
          />
          <Button
            id="router-terminal"
            label="Open its terminal"
            icon="terminal"
            kind="ghost"
            onPress={() => showRouterTerminal(router.name)}
          />
        </div>
      )}
    </div>
  );
}
