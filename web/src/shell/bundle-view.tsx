import { useEffect, useState } from 'react';
import { enterBundle } from '../session/bundle-session.ts';
import { useNarrow } from '../state/hooks.ts';
import { useLab } from '../state/lab-store.ts';
import { useRecording } from '../state/recording.ts';
import { markReady } from '../state/root.ts';
import { navigate } from '../state/route.ts';
import { countOf } from '../state/text.ts';
import { traceStore } from '../state/trace-store.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Icon } from '../ui/icon.tsx';
import { setToolSlot } from '../ui/pane-tools.tsx';
import { Brand } from './brand.tsx';
import { CatalogueMenus } from './catalogue-menus.tsx';
import { PanelBody } from './panel-body.tsx';
import { panes } from './panes.ts';
import './frame.css';
import './top-bar.css';
import './banners.css';
import './bundle-view.css';

/** A pane with its head, outside of a dock. */
function RecordedPane({ id }: { id: 'trace' | 'packet' }) {
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  useEffect(() => {
    if (slot === null) return;
    setToolSlot(id, slot);
    return () => setToolSlot(id, undefined);
  }, [id, slot]);
  const Body = panes[id].component;
  return (
    <section className="recorded-pane" aria-label={panes[id].title}>
      <div className="recorded-head">
        <h2 className="tab" data-front="">
          {panes[id].title}
        </h2>
        <div className="head-tools" ref={setSlot} />
      </div>
      <PanelBody id={id}>
        <Body />
      </PanelBody>
    </section>
  );
}

/** What was on the terminals, as text. */
function RecordedTerminals() {
  const terminals = useRecording((state) => state.detail?.content.terminals);
  const [chosen, setChosen] = useState<string>();
  if (terminals === undefined || terminals.length === 0) return null;
  const front = terminals.find(({ id }) => id === chosen) ?? terminals[0];
  return (
    <section className="recorded-pane" aria-label="Terminals">
      <div className="recorded-head" role="tablist" aria-label="Terminals">
        {terminals.map(({ id, title }) => (
          <button
            key={id}
            type="button"
            role="tab"
            className="tab"
            aria-selected={id === front?.id}
            data-front={id === front?.id ? '' : undefined}
            onClick={() => setChosen(id)}
          >
            {title}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keyboard */}
      <pre className="recorded-text" data-testid="recorded-terminal" tabIndex={0}>
        {front?.text.trimEnd()}
      </pre>
    </section>
  );
}

/** Says that nothing here is live, what it is, and which build wrote it. */
function RecordedBanner() {
  const { detail, loaded } = useRecording();
  if (detail === undefined) return null;
  const { info, content } = detail;
  const { version, commit, node, platform } = content.build;
  const build = `Patchbay ${version}${commit === '' ? '' : ` (${commit.slice(0, 10)})`}, Node ${node}, ${platform}`;
  const many = loaded < info.records ? `${countOf(loaded)} of ${countOf(info.records)}` : countOf(info.records);
  return (
    <div className="banner" role="status" data-testid="banner-recorded" data-loaded={loaded}>
      <Icon name="clock" />
      <b className="strong">Recorded, not live</b>
      <span className="mid ellipsis" title={build}>
        {many} packets of {content.status.runtime === 'emulated' ? 'the emulated network' : 'Mininet'}, written{' '}
        {new Date(content.writtenMs).toLocaleString()} by {build}
      </span>
    </div>
  );
}

/** A recorded run: trace, packet and terminals as they were (UI41). */
export function BundleView({ id }: { id: number }) {
  useEffect(() => enterBundle(id, traceStore), [id]);
  const narrow = useNarrow();
  const problem = useLab((state) => state.problem);
  const detail = useRecording((state) => state.detail);
  const title = detail?.info.title ?? 'Recorded run';
  useEffect(() => {
    markReady(detail !== undefined);
    document.title = `${title}, recorded · Patchbay`;
    return () => {
      markReady(false);
      document.title = 'Patchbay';
    };
  }, [detail, title]);
  return (
    <div className="app" data-testid="bundle-view" data-plain="">
      <header className="top-bar">
        <Brand wide={!narrow} />
        {!narrow && <span className="separator" />}
        <span className="catalogue-title">{title}</span>
        <span className="grow" />
        <CatalogueMenus />
      </header>
      <div className="banners">
        <RecordedBanner />
      </div>
      <main className="app-main">
        {problem ? (
          <EmptyState icon="bad" tone="bad" testId="bundle-problem" title={problem.title} reason={problem.detail}>
            <Button id="labs" label="All labs" kind="primary" onPress={() => navigate('/')} />
          </EmptyState>
        ) : (
          <div className="recorded">
            <RecordedPane id="trace" />
            <div className="recorded-side">
              <RecordedPane id="packet" />
              <RecordedTerminals />
            </div>
          </div>
        )}
      </main>
    </div>
  );
}
