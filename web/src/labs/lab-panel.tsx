import { useState } from 'react';
import type { Lab } from '../../../server/contract/lab.ts';
import type { DefaultRuntime, LabDetail, LabEntry, RuntimeInfo, StartLab } from '../../../server/contract/rest.ts';
import type { RouterChoice } from '../../../server/contract/status.ts';
import { api } from '../session/api.ts';
import { problemOf } from '../session/problem.ts';
import { joinArgv } from '../state/argv.ts';
import { notify } from '../state/notices.ts';
import { labPath, navigate } from '../state/route.ts';
import { keepStart, lastStart } from '../state/start-choice.ts';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { ColumnHeads } from '../ui/column-heads.tsx';
import { type OwnRouter, ownChoice, RouterForm } from '../ui/router-form.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { defaultText, firstRuntime, RuntimeRadio, runtimeOffers } from './runtime-choice.tsx';
import { isRunning } from './use-catalogue.ts';

type RouterKind = RouterChoice['kind'];
const routerKinds: readonly { value: RouterKind; label: string }[] = [
  { value: 'command', label: 'Mine' },
  { value: 'reference', label: 'Reference' },
  { value: 'network', label: 'Over the network' },
];
const routerTexts: Readonly<Record<Exclude<RouterKind, 'command'>, string>> = {
  reference: 'Patchbay’s own router. It earns every point: a good start, and what yours is compared with.',
  network: 'The lab waits for a router that connects over VNS, from this machine or another.',
};

/** Side panel of the catalogue: what the lab is, on what it runs, which router, and Start. */
export function LabPanel({
  entry,
  detail,
  runtimes,
  standard,
  onBack,
}: {
  entry: LabEntry;
  detail: LabDetail | undefined;
  runtimes: readonly RuntimeInfo[];
  standard: DefaultRuntime | undefined;
  /** On the narrow page the panel covers the catalogue. */
  onBack: (() => void) | undefined;
}) {
  const kept = lastStart(entry.id);
  const [chosen, setChosen] = useState(kept?.runtime);
  const [kind, setKind] = useState<RouterKind>(kept?.router.kind ?? 'reference');
  const [own, setOwn] = useState<OwnRouter>(
    kept?.router.kind === 'command'
      ? { command: joinArgv(kept.router.argv), cwd: kept.router.cwd }
      : { command: '', cwd: '' },
  );
  const [starting, setStarting] = useState(false);
  const lab = detail?.lab;
  const offers = runtimeOffers(runtimes, detail?.lacks ?? [], standard);
  const runtime = firstRuntime(offers, chosen);
  const why = defaultText(runtimes, standard);
  const routed = (lab?.routers.length ?? 0) > 0;
  const mine = ownChoice(own);
  const running = isRunning(entry);
  const off = starting
    ? 'Starting.'
    : runtime === undefined
      ? 'No runtime can run it here; the notes above say why.'
      : routed && kind === 'command' && !mine.ok
        ? mine.why
        : undefined;

  const start = () => {
    if (running) {
      navigate(labPath(entry.id));
      return;
    }
    if (runtime === undefined) return;
    const router: RouterChoice =
      routed && kind === 'command' && mine.ok
        ? mine.choice
        : { kind: kind === 'network' && routed ? 'network' : 'reference' };
    const request: StartLab = { runtime, router };
    setStarting(true);
    api.startLab(entry.id, request).then(
      () => {
        keepStart(entry.id, request);
        navigate(labPath(entry.id));
      },
      (error: unknown) => {
        setStarting(false);
        notify(problemOf(error));
      },
    );
  };
  return (
    <aside className="lab-panel" aria-label={entry.title} data-testid="lab-panel">
      <div className="lab-panel-body">
        {onBack !== undefined && <Button id="back" label="All labs" kind="ghost" onPress={onBack} />}
        <header className="stack">
          <h2>{entry.title}</h2>
          <p className="mid">{entry.description === '' ? entry.summary : entry.description}</p>
        </header>
        <fieldset className="choices">
          <legend className="meta-label">Runtime</legend>
          {offers.map((offer) => (
            <RuntimeRadio
              key={offer.kind}
              offer={offer}
              chosen={offer.kind === runtime}
              onChoose={() => setChosen(offer.kind)}
            />
          ))}
          {why !== undefined && (
            <p className="dim small" data-testid="runtime-why">
              {why}
            </p>
          )}
        </fieldset>
        {routed && (
          <section className="choices">
            <h3 className="meta-label">Router</h3>
            <Segmented wide label="Router" value={kind} options={routerKinds} onChange={setKind} testId="router-kind" />
            {kind === 'command' ? (
              <RouterForm own={own} onChange={setOwn} />
            ) : (
              <p className="dim small">{routerTexts[kind]}</p>
            )}
          </section>
        )}
        {lab !== undefined && <Networks lab={lab} />}
        <section className="choices">
          <h3 className="meta-label">You will meet</h3>
          <div className="topics">
            {entry.topics.map((topic) => (
              <Chip key={topic}>{topic}</Chip>
            ))}
          </div>
        </section>
      </div>
      <footer className="lab-panel-foot">
        <Button
          id="start"
          label={running ? `Go to ${entry.title}` : `Start ${entry.title}`}
          icon={running ? 'arrow' : 'play'}
          kind="primary"
          size="large"
          className="button-wide"
          off={off}
          onPress={start}
        />
        <p className="dim small">{running ? 'It is running already.' : 'It runs until it is stopped.'}</p>
      </footer>
    </aside>
  );
}

function Networks({ lab }: { lab: Lab }) {
  const interfaces = lab.routers.flatMap((router) =>
    router.interfaces.map((each) => ({ ...each, router: lab.routers.length > 1 ? `${router.name}:` : '' })),
  );
  const portOf = (host: string) => {
    const link = lab.links.find(({ a, b }) => a.node === host || b.node === host);
    return link?.a.node === host ? link.b.port : link?.a.port;
  };
  return (
    <section className="choices">
      <h3 className="meta-label">Networks</h3>
      <table className="networks mono">
        <thead className="unseen">
          <tr>
            <ColumnHeads words={['Host', 'Address', 'Interface', 'Its address']} />
          </tr>
        </thead>
        <tbody>
          {lab.hosts.map((host) => {
            const port = portOf(host.name);
            const own = interfaces.find((each) => each.port === port);
            return (
              <tr key={host.name}>
                <td>{host.name}</td>
                <td className="mid">{host.address.split('/')[0]}</td>
                <td className="dim">{own === undefined ? '' : `${own.router}${own.name}`}</td>
                <td className="mid">{own?.address ?? (port === undefined ? '' : `port ${port}`)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
