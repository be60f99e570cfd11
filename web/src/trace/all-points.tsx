import { useState } from 'react';
import type { LabStatus } from '../../../server/contract/status.ts';
import { api } from '../session/api.ts';
import { problemOf } from '../session/problem.ts';
import { announce } from '../state/announce.ts';
import { useRegisterCommands } from '../state/commands.ts';
import { showPanel } from '../state/dock-store.ts';
import { useLab } from '../state/lab-store.ts';
import { notify } from '../state/notices.ts';
import { countOf } from '../state/text.ts';
import { Button } from '../ui/button.tsx';

/** What the list does not have, in a few words and in a sentence; undefined when nothing is known to be missing. */
export function coverageOf(
  app: string | undefined,
  points: LabStatus['points'],
): { readonly words: string; readonly sentence: string } | undefined {
  if (points?.watching && points.missed > 0)
    return {
      words: `${countOf(points.missed)} not logged`,
      sentence: `${countOf(points.missed)} frames at hosts and switches were too many to be logged.`,
    };
  if (points?.watching && points.bypassed > 0)
    return {
      words: `${countOf(points.bypassed)} past the controller`,
      sentence: `Not every packet passes the controller: switches forwarded ${countOf(points.bypassed)} frames by their flow entries.`,
    };
  if (app === 'l2-learning' && !points?.watching)
    return {
      words: 'not every packet',
      sentence:
        'Not every packet passes the controller: what flow entries forward is seen at hosts and switches only. “All points” shows it.',
    };
  return undefined;
}

/** Says where the list cannot have every packet; the flow entries, the usual reason, are a press away. */
export function Coverage({ compact }: { compact: boolean }) {
  const app = useLab(({ detail }) => detail?.lab.app);
  const points = useLab(({ status }) => (status?.phase === 'running' ? status.points : undefined));
  const isRunning = useLab(({ status }) => status?.phase === 'running');
  const coverage = isRunning ? coverageOf(app, points) : undefined;
  if (coverage === undefined) return null;
  return (
    <Button
      id="trace.coverage"
      className="trace-share"
      kind="ghost"
      icon="warn"
      label={coverage.words}
      bare={compact}
      hint={coverage.sentence}
      onPress={() => showPanel('flows')}
    />
  );
}

/** The switch for the points beyond the bridge's own: hosts, and ports of switches. */
export function AllPoints() {
  const lab = useLab(({ id }) => id);
  const asked = useLab(({ status }) => status?.points?.asked ?? false);
  const why = useLab(({ status }) => status?.points?.why ?? '');
  const [busy, setBusy] = useState(false);
  const toggle = async () => {
    if (lab === undefined || busy) return;
    setBusy(true);
    try {
      const { points } = await api.askPoints(lab, !asked || why !== '');
      if (points !== undefined && points.why !== '') announce(points.why, true);
    } catch (error) {
      notify(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  useRegisterCommands([
    {
      id: 'trace.all-points',
      title: asked ? 'Log packets at the controller only' : 'Log packets at hosts and switches, too',
      group: 'Trace',
      run: () => void toggle(),
    },
  ]);
  const hint =
    why !== ''
      ? why
      : 'Every packet also where it leaves and reaches hosts and switches, while a page looks at the lab.';
  return (
    <Button
      id="trace.all-points"
      changes
      bare
      kind="ghost"
      icon={why === '' ? 'eye' : 'warn'}
      label="All points: hosts and switches, too"
      hint={hint}
      pressed={asked}
      onPress={() => void toggle()}
    />
  );
}
