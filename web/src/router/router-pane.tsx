import { useState } from 'react';
import type { LabStatus, RouterProcess, RouterStatus } from '../../../server/contract/status.ts';
import { joinArgv } from '../state/argv.ts';
import { showPanel } from '../state/dock-store.ts';
import { useNow } from '../state/hooks.ts';
import { useLab } from '../state/lab-store.ts';
import { restartRouter, startRouter, stopRouter } from '../state/router-actions.ts';
import { select } from '../state/selection.ts';
import { lastStart } from '../state/start-choice.ts';
import { showRouterTerminal } from '../state/terminal-actions.ts';
import { countOf, durationOf, plural } from '../state/text.ts';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Icon } from '../ui/icon.tsx';
import { type OwnRouter, ownChoice, RouterForm } from '../ui/router-form.tsx';
import { Segmented } from '../ui/segmented.tsx';
import './router.css';
import { endReason, endTitle, ownCommand, programOf, reachText, waitingReason } from './router-text.ts';

/** The lab's router: waiting for one, starting, running, crashed; with the one next step. */
export function RouterPane() {
  const status = useLab((state) => state.status);
  const [name, setName] = useState<string>();
  if (status === undefined) return null;
  const router = status.routers.find((each) => each.name === name) ?? status.routers[0];
  if (router === undefined)
    return (
      <EmptyState
        icon="router"
        title="No router here"
        reason="In this lab the controller answers every frame by itself."
        testId="router-none"
      />
    );
  return (
    <div className="router-pane">
      {status.routers.length > 1 && (
        <div className="router-choice">
          <Segmented
            label="Router"
            value={router.name}
            options={status.routers.map((each) => ({ value: each.name, label: each.name }))}
            onChange={setName}
          />
        </div>
      )}
      <div className="router-body">
        <RouterCard key={router.name} router={router} status={status} />
      </div>
    </div>
  );
}

function RouterCard({ router, status }: { router: RouterStatus; status: LabStatus }) {
  const { process } = router;
  if (router.state === 'ready' || router.state === 'connected') return <Running router={router} />;
  if (router.state === 'parked') return <Parked router={router} />;
  if (process?.state === 'running') return <Starting router={router} process={process} status={status} />;
  if (process !== undefined && !process.stopped) return <Crashed router={router} process={process} />;
  return <Waiting router={router} status={status} />;
}

function Waiting({ router, status }: { router: RouterStatus; status: LabStatus }) {
  const kept = lastStart(status.lab)?.router;
  const [open, setOpen] = useState(false);
  const [own, setOwn] = useState<OwnRouter>(
    kept?.kind === 'command' ? { command: joinArgv(kept.argv), cwd: kept.cwd } : { command: '', cwd: '' },
  );
  const off = status.phase === 'running' ? undefined : 'The lab is not running yet.';
  const choice = ownChoice(own);
  const runMine = () => {
    if (choice.ok && open) void startRouter(router.name, choice.choice);
    else setOpen(true);
  };
  const command = ownCommand(status, router, location.hostname);
  const port = status.vns.port === 0 ? 'VNS' : `port ${status.vns.port}`;
  return (
    <EmptyState
      icon="waiting"
      tone="warn"
      title={`Waiting for a router on ${port}`}
      reason={waitingReason(status)}
      testId="router-waiting"
    >
      <Button
        id="run-reference"
        label="Run the reference"
        icon="play"
        kind="primary"
        size="large"
        off={off}
        onPress={() => void startRouter(router.name, { kind: 'reference' })}
      />
      <Button
        id="run-mine"
        label="Run mine"
        icon="cpu"
        size="large"
        off={off ?? (open && !choice.ok ? choice.why : undefined)}
        onPress={runMine}
      />
      {open && (
        <div className="card router-own">
          <RouterForm own={own} onChange={setOwn} />
        </div>
      )}
      <div className="card router-own">
        <div className="meta-label">{reachText(status)}</div>
        <div className="command-line">
          <span className="grow ellipsis" data-testid="own-command">
            {command}
          </span>
          <CopyButton id="copy-own" text={command} />
        </div>
      </div>
    </EmptyState>
  );
}

function Parked({ router }: { router: RouterStatus }) {
  return (
    <EmptyState
      icon="hourglass"
      tone="warn"
      title="Router connected, switch not up: holding set-up"
      reason="The interfaces are sent as soon as the switch has told its ports."
      testId="router-parked"
    >
      <Button
        id="router-terminal"
        label="Open its terminal"
        icon="terminal"
        onPress={() => showRouterTerminal(router.name)}
      />
    </EmptyState>
  );
}

function Starting({ router, process, status }: { router: RouterStatus; process: RouterProcess; status: LabStatus }) {
  const now = useNow(1000);
  return (
    <EmptyState
      icon="waiting"
      tone="warn"
      title={`${programOf(process)} runs, but has not connected`}
      reason={`Started ${durationOf(now - process.startedMs)} ago, pid ${process.pid}. It is expected on port ${status.vns.port}.`}
      testId="router-starting"
    >
      <Button
        id="router-terminal"
        label="Open its terminal"
        icon="terminal"
        kind="primary"
        onPress={() => showRouterTerminal(router.name)}
      />
      <Button id="stop-router" label="Stop it" icon="close" onPress={() => void stopRouter(router.name)} />
    </EmptyState>
  );
}

function Crashed({ router, process }: { router: RouterStatus; process: RouterProcess }) {
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
        {process.choice.kind !== 'reference' && (
          <Button
            id="run-reference"
            label="Run the reference"
            kind="ghost"
            size="large"
            onPress={() => void startRouter(router.name, { kind: 'reference' })}
          />
        )}
      </div>
    </div>
  );
}

function Running({ router }: { router: RouterStatus }) {
  const { process } = router;
  const now = useNow(1000);
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
            <th scope="col">Name</th>
            <th scope="col">Port</th>
            <th scope="col">Address</th>
            <th scope="col">Mask</th>
            <th scope="col">MAC</th>
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
          <Button id="restart-router" label="Restart" icon="refresh" onPress={() => void restartRouter(router.name)} />
          <Button
            id="stop-router"
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
