import { useMemo } from 'react';
import { useStages } from '../session/use-stages.ts';
import { type Journey, neighbourJourneys } from '../state/journey.ts';
import { useLab } from '../state/lab-store.ts';
import { select } from '../state/selection.ts';
import { traceStore } from '../state/trace-store.ts';
import { ownRecords, useSelectedPacket } from '../state/use-journey.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { PaneTools } from '../ui/pane-tools.tsx';
import { budgetRows } from './budget.ts';
import { layWaterfall } from './lanes.ts';
import { StagesTable } from './stages-table.tsx';
import { useWholeJourney } from './use-whole-journey.ts';
import { WaterfallDrawing } from './waterfall-drawing.tsx';
import './waterfall.css';

/** The journey before and after: what it answers, and what answers it. */
function Journeys({ journey }: { journey: Journey }) {
  const { before, after } = neighbourJourneys(ownRecords, journey.records);
  const go = (seq: number | undefined) => seq !== undefined && select({ kind: 'packet', seq });
  const first = journey.records[0]?.seq ?? 0;
  const last = journey.records.at(-1)?.seq ?? first;
  return (
    <PaneTools>
      <span className="mid small" data-testid="waterfall-range">
        {first === last ? `#${first}` : `#${first} to #${last}`}
      </span>
      <Button
        id="waterfall.before"
        bare
        kind="ghost"
        icon="prev"
        label={before === undefined ? 'What this answers' : `What this answers, #${before}`}
        off={before === undefined ? 'It answers no packet that is here.' : undefined}
        onPress={() => go(before)}
      />
      <Button
        id="waterfall.after"
        bare
        kind="ghost"
        icon="next"
        label={after === undefined ? 'The reply' : `The reply, from #${after}`}
        off={after === undefined ? 'No reply is here.' : undefined}
        onPress={() => go(after)}
      />
    </PaneTools>
  );
}

function noteOf(journey: Journey): string {
  const rules = new Set(journey.stages.filter(({ inferred }) => inferred).map(({ to }) => `“${to.rule}”`));
  const hosts = journey.records.some(({ point }) => point.startsWith('host.') || point.startsWith('sw.'));
  const dotted =
    rules.size === 0
      ? ''
      : ` Dotted: inferred by ${rules.size === 1 ? 'the rule' : 'the rules'} ${[...rules].join(', ')}.`;
  const links = hosts ? '' : ' Links, switch and hosts are not measured: their points are off.';
  return `Solid: observed on one monotonic clock.${dotted}${links}`;
}

/** Where the time of the selected packet's journey went, beside the lab's own times and the classic budget. */
export function WaterfallPane() {
  const lab = useLab((state) => state.detail?.lab);
  const seq = useSelectedPacket();
  const journey = useWholeJourney(seq);
  const measured = useStages();
  const rows = useMemo(() => budgetRows(journey, measured), [journey, measured]);
  const waterfall = useMemo(
    () => (journey === undefined || lab === undefined ? undefined : layWaterfall(journey, lab)),
    [journey, lab],
  );
  const newest = traceStore.ring.lastSeq;
  return (
    <div className="waterfall" data-testid="waterfall">
      {journey === undefined || waterfall === undefined ? (
        <EmptyState
          icon="chart"
          testId="waterfall-empty"
          title={seq === undefined ? 'No packet is selected' : `Packet #${seq} is not here`}
          reason={
            seq === undefined
              ? 'Choose one in the trace or on the map: its journey is drawn here, with the time of each stage.'
              : 'This page let it go, and the server may have, too; newer ones are here.'
          }
        >
          {newest > 0 && (
            <Button
              id="waterfall.newest"
              label={`Open the newest, #${newest}`}
              onPress={() => select({ kind: 'packet', seq: traceStore.ring.lastSeq })}
            />
          )}
        </EmptyState>
      ) : (
        <div className="waterfall-main">
          <Journeys journey={journey} />
          <WaterfallDrawing journey={journey} waterfall={waterfall} selected={seq ?? 0} />
          <p className="waterfall-note">{noteOf(journey)}</p>
        </div>
      )}
      <StagesTable rows={rows} lengthUs={journey?.lengthUs} />
    </div>
  );
}
