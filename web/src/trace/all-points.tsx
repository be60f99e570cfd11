import { useEffect, useState } from 'react';
import type { FlowBypass } from '../../../server/contract/flows.ts';
import type { LabStatus } from '../../../server/contract/status.ts';
import { api } from '../session/api.ts';
import { problemOf } from '../session/problem.ts';
import { announce } from '../state/announce.ts';
import { useRegisterCommands } from '../state/commands.ts';
import { showPanel, useDock } from '../state/dock-store.ts';
import { useLab } from '../state/lab-store.ts';
import { notify } from '../state/notices.ts';
import { useReadOnly } from '../state/recording.ts';
import { select } from '../state/selection.ts';
import { countOf, plural } from '../state/text.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { MenuButton } from '../ui/menu.tsx';

/** How often it is asked what passes the bridge by while the list is in sight, milliseconds. */
const askEveryMs = 2_000;

/** What the list does not have, in a few words and in a sentence; undefined when nothing is known to be missing. */
export function coverageOf(
  points: LabStatus['points'],
  bypass: FlowBypass | undefined,
): { readonly words: string; readonly sentence: string } | undefined {
  if (points?.watching && points.missed > 0)
    return {
      words: `${countOf(points.missed)} not logged`,
      sentence: `${countOf(points.missed)} frames at hosts and switches were too many to be logged.`,
    };
  const entries = bypass?.entries ?? 0;
  const packets = bypass?.packets ?? 0;
  if (bypass === undefined || entries + packets === 0) return undefined;
  const many = `${bypass.isAtLeast ? 'at least ' : ''}${countOf(packets)} ${packets === 1 ? 'packet' : 'packets'}`;
  const did = `${many} did since ${(bypass.sinceUs / 1e6).toFixed(1)} s.`;
  const bypassed = points?.watching ? points.bypassed : 0;
  const seen = bypassed > 0 ? ` ${countOf(bypassed)} of them were seen at hosts and switches.` : '';
  if (entries === 0)
    return {
      words: `${countOf(packets)} passed by`,
      sentence: `No flow entry lets packets pass the bridge by now; ${did}${seen}`,
    };
  const which = `${plural(entries, 'flow entry', 'flow entries')} ${entries === 1 ? 'lets' : 'let'}`;
  return {
    words: `${plural(entries, 'entry', 'entries')} past the bridge`,
    sentence: `${which} packets pass the bridge by; ${did}${seen}`,
  };
}

/** What passes the bridge by, asked now and then while a lab runs; what cannot be asked is left out. */
function useBypass(): FlowBypass | undefined {
  const lab = useLab(({ id }) => id);
  const readOnly = useReadOnly();
  const isRunning = useLab(({ status }) => status?.phase === 'running') && readOnly === undefined;
  const isSeen = useDock((state) => state.visible.includes('trace'));
  const [bypass, setBypass] = useState<FlowBypass>();
  useEffect(() => {
    if (lab === undefined || !isRunning) {
      setBypass(undefined);
      return;
    }
    if (!isSeen) return;
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      if (document.visibilityState === 'visible') {
        const told = await api.workbench(lab, 'flows:bypass', {}).catch(() => undefined);
        if (!over) setBypass(told);
      }
      if (!over) timer = setTimeout(ask, askEveryMs);
    };
    void ask();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [lab, isRunning, isSeen]);
  return bypass;
}

/** Says where the list cannot have every packet, and leads to the flow entries and to all points. */
export function Coverage({ compact }: { compact: boolean }) {
  const points = useLab(({ status }) => (status?.phase === 'running' ? status.points : undefined));
  const bypass = useBypass();
  const coverage = coverageOf(points, bypass);
  const { toggle } = useAllPoints();
  const [first] = bypass?.switches.filter(({ entries }) => entries > 0) ?? [];
  const showEntries = () => {
    if (first !== undefined) select({ kind: 'node', name: first.switch });
    showPanel('flows');
  };
  if (coverage === undefined) return null;
  return (
    <MenuButton
      id="trace.coverage"
      label={coverage.sentence}
      items={[
        {
          id: 'coverage-entries',
          group: coverage.sentence,
          label: first === undefined ? 'Show the flow tables' : 'Show these entries',
          icon: 'flows',
          run: showEntries,
        },
        ...(points?.asked
          ? []
          : [
              {
                id: 'coverage-points',
                icon: 'eye' as const,
                label: 'Log packets at hosts and switches, too',
                run: () => void toggle(),
              },
            ]),
      ]}
    >
      <Icon name="warn" size="s" />
      {!compact && coverage.words}
    </MenuButton>
  );
}

/** Turns the points beyond the bridge's own on and off, for all pages. */
function useAllPoints() {
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
  return { asked, why, toggle };
}

/** The switch for the points beyond the bridge's own: hosts, and ports of switches. */
export function AllPoints() {
  const { asked, why, toggle } = useAllPoints();
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
