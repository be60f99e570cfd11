import { useSyncExternalStore } from 'react';
import { useRegisterCommands } from '../state/commands.ts';
import type { Journey } from '../state/journey.ts';
import { playPacket, usePlay } from '../state/play.ts';
import { setPresenting } from '../state/present.ts';
import { useReadOnly } from '../state/recording.ts';
import { select } from '../state/selection.ts';
import { microsOf } from '../state/text.ts';
import { traceStore } from '../state/trace-store.ts';
import { useJourney, useSelectedPacket } from '../state/use-journey.ts';
import { useNames } from '../trace/use-names.ts';
import { Chip } from '../ui/chip.tsx';
import { shapeOf } from '../ui/frame-shape.ts';
import { Icon } from '../ui/icon.tsx';
import { ProtoGlyph } from '../ui/proto-glyph.tsx';
import { ConnectionBanner } from './lab-states.tsx';
import { PanelBody } from './panel-body.tsx';
import { panes } from './panes.ts';
import { changeOf, sentenceOf, stopOf } from './present-text.ts';
import './present.css';

/** The lab for a room: a large map, what happens to one packet in a sentence, and its journey as a bar (UI30). */
export function Present({ title }: { title: string }) {
  const selected = useSelectedPacket();
  const readOnly = useReadOnly();
  const newest = useSyncExternalStore(traceStore.subscribe, () => traceStore.ring.lastSeq);
  const seq = selected ?? (newest === 0 ? undefined : newest);
  const journey = useJourney(seq);
  const playing = usePlay((state) => state.atSeq);
  const at = journey?.records.some((record) => record.seq === playing) ? playing : seq;
  const MapPane = panes.map.component;
  const step = (by: 1 | -1) => {
    const seqs = journey?.records.map((record) => record.seq) ?? [];
    const next = seqs[seqs.indexOf(seq ?? 0) + by];
    if (next !== undefined) select({ kind: 'packet', seq: next });
  };
  useRegisterCommands([
    { id: 'present.leave', title: 'Leave', group: 'Layout', keys: ['Escape'], run: () => setPresenting(false) },
    {
      id: 'present.next',
      title: 'Next stop of the journey',
      group: 'Selection',
      keys: ['ArrowRight'],
      run: () => step(1),
    },
    { id: 'present.before', title: 'Stop before', group: 'Selection', keys: ['ArrowLeft'], run: () => step(-1) },
    {
      id: 'packet.play',
      title: 'Play the packet on the map',
      group: 'Selection',
      keys: ['p'],
      when: () => seq !== undefined,
      run: () => seq !== undefined && playPacket(seq),
    },
  ]);
  return (
    <div className="present" data-testid="present">
      <header className="present-top" data-preset="present">
        <span className="present-brand">
          <Icon name="cable" />
        </span>
        <h1>{title}</h1>
        {readOnly !== undefined && (
          <Chip tone="warn" icon="clock" testId="present-recorded">
            Recorded, not live
          </Chip>
        )}
        <span className="grow" />
        <button
          type="button"
          className="present-leave"
          data-testid="cmd-present.leave"
          onClick={() => setPresenting(false)}
        >
          Leave <kbd>Esc</kbd>
        </button>
      </header>
      <ConnectionBanner />
      <main className="present-map">
        <PanelBody id="map">
          <MapPane />
        </PanelBody>
      </main>
      <footer className="present-caption" data-preset="present">
        {journey === undefined || at === undefined ? (
          <p className="present-sentence">Nothing has crossed the bridge.</p>
        ) : (
          <Caption journey={journey} at={at} />
        )}
      </footer>
    </div>
  );
}

function Caption({ journey, at }: { journey: Journey; at: number }) {
  const names = useNames();
  const record = journey.records.find((each) => each.seq === at);
  if (record === undefined) return null;
  const current = journey.records.indexOf(record);
  return (
    <>
      <p className="present-sentence" data-testid="present-sentence">
        <ProtoGlyph shape={shapeOf(record.frame)} radius={9} />
        <b>{sentenceOf(record, names)}</b>
        <span className="mid">{changeOf(journey.stages.find(({ to }) => to === record))}</span>
      </p>
      <ol className="present-bar" aria-label="Journey of the packet">
        {journey.records.map((each, index) => (
          <li key={each.seq} data-state={index < current ? 'past' : index === current ? 'now' : 'later'}>
            <button
              type="button"
              aria-current={index === current ? 'step' : undefined}
              onClick={() => select({ kind: 'packet', seq: each.seq })}
            >
              {stopOf(each, names)}
              <small>{index === 0 ? '0' : microsOf(each.tUs - journey.startUs)}</small>
            </button>
          </li>
        ))}
      </ol>
    </>
  );
}
