import { useState } from 'react';
import type { RouterStatus, SecondStatus } from '../../../server/contract/status.ts';
import { showSecondTerminal, startSecond, stopSecond } from '../session/second-actions.ts';
import { joinArgv } from '../state/argv.ts';
import { plural } from '../state/text.ts';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { Icon } from '../ui/icon.tsx';
import { type OwnRouter, ownChoice, RouterForm } from '../ui/router-form.tsx';
import { secondNotes, secondState } from './second-text.ts';

/** The program beside a router: how it is doing, or the form that starts one (SHADOW10–SHADOW12). */
export function SecondBuild({ router, isRunning }: { router: RouterStatus; isRunning: boolean }) {
  const { name, second } = router;
  const [isChanging, setIsChanging] = useState(false);
  const runs = second?.process?.state === 'running' || (second !== undefined && second.process === undefined);
  if (second === undefined || (isChanging && !runs))
    return <SecondForm router={router} isRunning={isRunning} onStarted={() => setIsChanging(false)} />;
  const { process } = second;
  const { label, tone } = secondState(second);
  return (
    <section className="shadow-second" aria-label={`The other build of ${name}`} data-testid="second-build">
      <div className="row">
        <Icon name="cpu" />
        <span className="grow ellipsis mono" title={process?.command}>
          {process?.command ?? 'a program that connected by itself'}
        </span>
        <Chip tone={tone}>{label}</Chip>
      </div>
      <p className="mid" data-testid="second-counts">
        Given {plural(second.toRouter, 'frame')}, sent {plural(second.fromRouter, 'frame')}, which went nowhere.
      </p>
      <Notes second={second} />
      <div className="row shadow-actions">
        {runs ? (
          <Button id="second.stop" label="Stop it" icon="close" kind="danger" onPress={() => void stopSecond(name)} />
        ) : (
          <Again router={router} process={process} isRunning={isRunning} />
        )}
        <Button
          id="second.terminal"
          label="Open its terminal"
          icon="terminal"
          kind="ghost"
          onPress={() => showSecondTerminal(name)}
        />
        {!runs && (
          <Button
            id="second.another"
            label="Start another"
            icon="cpu"
            kind="ghost"
            onPress={() => setIsChanging(true)}
          />
        )}
      </div>
    </section>
  );
}

function Again({
  router: { name },
  process,
  isRunning,
}: {
  router: RouterStatus;
  process: SecondStatus['process'];
  isRunning: boolean;
}) {
  const choice = process?.choice;
  if (choice === undefined || choice.kind === 'network') return null;
  return (
    <Button
      id="second.again"
      label="Start it again"
      icon="play"
      kind="primary"
      off={isRunning ? undefined : 'The lab is not running.'}
      onPress={() => void startSecond(name, choice)}
    />
  );
}

function Notes({ second }: { second: SecondStatus }) {
  const notes = secondNotes(second);
  if (notes.length === 0) return null;
  return (
    <ul className="shadow-second-notes" data-testid="second-notes">
      {notes.map(({ tone, text }) => (
        <li key={text}>
          <span className={`tone-${tone}`}>
            <Icon name={tone === 'warn' ? 'warn' : 'eye'} size="s" />
          </span>
          <span>{text}</span>
        </li>
      ))}
    </ul>
  );
}

/** Which program is to stand beside the router: the last one, or the router's own command to be changed. */
function SecondForm({
  router,
  isRunning,
  onStarted,
}: {
  router: RouterStatus;
  isRunning: boolean;
  onStarted: () => void;
}) {
  const { name, second, process } = router;
  const last = second?.process?.choice ?? process?.choice;
  const [own, setOwn] = useState<OwnRouter>(
    last?.kind === 'command' ? { command: joinArgv(last.argv), cwd: last.cwd } : { command: '', cwd: '' },
  );
  const choice = ownChoice(own);
  return (
    <section className="shadow-second" aria-label="Start another build" data-testid="second-form">
      <p className="shadow-second-lead">
        It is given every frame that {name} is given, and what it sends is compared and goes nowhere. Give it{' '}
        <code>{'{host}'}</code> and <code>{'{port}'}</code>: it connects to a port of its own.
      </p>
      <RouterForm own={own} onChange={setOwn} />
      <div className="row shadow-actions">
        <Button
          id="second.start"
          label={`Start it beside ${name}`}
          icon="play"
          kind="primary"
          off={isRunning ? (choice.ok ? undefined : choice.why) : 'The lab is not running.'}
          onPress={() => {
            if (!choice.ok) return;
            onStarted();
            void startSecond(name, choice.choice);
          }}
        />
      </div>
    </section>
  );
}
