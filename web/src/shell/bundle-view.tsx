import { useEffect } from 'react';
import { enterBundle } from '../session/bundle-session.ts';
import { followFindings } from '../session/findings.ts';
import { useLab } from '../state/lab-store.ts';
import { recordedId, useRecording } from '../state/recording.ts';
import { navigate } from '../state/route.ts';
import { countOf } from '../state/text.ts';
import { traceStore } from '../state/trace-store.ts';
import { readViewLink } from '../state/view-link.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Icon } from '../ui/icon.tsx';
import { restoreKept, useKeepView } from './kept-view.ts';
import { LabFrame } from './lab-frame.tsx';
import { restoreView, useCopyLink } from './use-view-link.ts';
import './banners.css';

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

/** A recorded run in the frame of a live one, to be looked at (UI41, UI43). */
export function BundleView({ id }: { id: number }) {
  useKeepView(recordedId(id));
  useEffect(() => enterBundle(id, traceStore), [id]);
  useEffect(() => followFindings(recordedId(id)), [id]);
  useRecordedView(recordedId(id));
  useCopyLink();
  const problem = useLab((state) => state.problem);
  const detail = useRecording((state) => state.detail);
  const title = detail?.info.title ?? 'Recorded run';
  const instead =
    problem !== undefined ? (
      <EmptyState icon="bad" tone="bad" testId="bundle-problem" title={problem.title} reason={problem.detail}>
        <Button id="labs" label="All labs" kind="primary" onPress={() => navigate('/')} />
      </EmptyState>
    ) : detail === undefined ? (
      <div className="loading" data-testid="state-loading" aria-busy="true" />
    ) : undefined;
  return (
    <LabFrame
      lab={recordedId(id)}
      title={title}
      name={`${title}, recorded`}
      isKnown={detail !== undefined}
      instead={instead}
      testId="bundle-view"
    >
      <RecordedBanner />
    </LabFrame>
  );
}

/** As it was when it was left, else as it was for whoever saved the run; what the address names comes before that. */
function useRecordedView(lab: string): void {
  const view = useRecording((state) => state.detail?.content.view);
  useEffect(() => {
    if (view === undefined) return;
    const { layout, dock } = view;
    const named = readViewLink(location.search);
    return restoreKept(lab) ?? restoreView({ ...readViewLink(searchOf(layout, dock)), ...named });
  }, [lab, view]);
}

/** A file is no more to be trusted than an address: what is no preset, or no layout, is left out of both. */
function searchOf(layout = '', dock = ''): string {
  return `?${new URLSearchParams({ layout, dock })}`;
}
