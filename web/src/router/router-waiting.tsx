import { useState } from 'react';
import type { LabStatus, RouterStatus } from '../../../server/contract/status.ts';
import { startRouter } from '../session/router-actions.ts';
import { joinArgv } from '../state/argv.ts';
import { keepStart, lastStart } from '../state/start-choice.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { type OwnRouter, ownChoice, RouterForm } from '../ui/router-form.tsx';
import { ownCommand, reachText, waitingReason } from './router-text.ts';

/** No router yet: run the reference, run one's own here, or start it elsewhere. `asked`: a person wants to run another program than the last one. */
export function RouterWaiting({ router, status, asked }: { router: RouterStatus; status: LabStatus; asked: boolean }) {
  const last = router.process?.choice ?? lastStart(status.lab)?.router;
  const [open, setOpen] = useState(asked);
  const [own, setOwn] = useState<OwnRouter>(
    last?.kind === 'command' ? { command: joinArgv(last.argv), cwd: last.cwd } : { command: '', cwd: '' },
  );
  const off = status.phase === 'running' ? undefined : 'The lab is not running yet.';
  const choice = ownChoice(own);
  const runMine = () => {
    if (!choice.ok || !open) {
      setOpen(true);
      return;
    }
    keepStart(status.lab, { ...lastStart(status.lab), router: choice.choice });
    void startRouter(router.name, choice.choice);
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
        changes
        label="Run the reference"
        icon="play"
        kind="primary"
        size="large"
        off={off}
        onPress={() => void startRouter(router.name, { kind: 'reference' })}
      />
      <Button
        id="run-mine"
        changes
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
