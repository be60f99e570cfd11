import { lazy, Suspense, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import type { Lab } from '../../../server/contract/lab.ts';
import { openShell } from '../session/terminal-actions.ts';
import { useRegisterCommands } from '../state/commands.ts';
import { useNarrow } from '../state/hooks.ts';
import { useLab } from '../state/lab-store.ts';
import { useMoment, useShownStatus } from '../state/moment.ts';
import { playPacket, usePlay } from '../state/play.ts';
import { motionAllowed } from '../state/preferences.ts';
import { useFetchedAtRest } from '../state/rest.ts';
import { useSelection } from '../state/selection.ts';
import { traceStore } from '../state/trace-store.ts';
import { chainRecords } from '../state/use-journey.ts';
import { Button } from '../ui/button.tsx';
import { shapeOf } from '../ui/frame-shape.ts';
import { PaneTools } from '../ui/pane-tools.tsx';
import { impairmentBadge } from './impairments.ts';
import { cableIndex, chainOf, legsOf, litLinks } from './journey.ts';
import { layoutMap, type MapLayout } from './layout.ts';
import { Legend } from './legend.tsx';
import './map.css';
import './cables.css';
import './map-sides.css';
import { MapCamera } from './map-camera.ts';
import { MapContext, type MapFacts } from './map-context.ts';
import { MapPlane, useMostFitted } from './map-plane.tsx';
import { MapTable } from './map-table.tsx';
import { type ArrowKey, nearestNode } from './nearest.ts';
import { useNodeMarks } from './node-marks.ts';
import { TokenLayer } from './token-layer.ts';

const fetchCard = async () => ({ default: (await import('./selection-card.tsx')).SelectionCard });
const SelectionCard = lazy(fetchCard);
/** Only the narrow page draws it, and it brings the dissector along. */
const PacketSheet = lazy(async () => ({ default: (await import('./packet-sheet.tsx')).PacketSheet }));
const arrows: readonly ArrowKey[] = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'];

/** The topology, live: nodes, links, their states, and packets as they pass. */
export function MapPane() {
  const lab = useLab((state) => state.detail?.lab);
  return lab && <LabMap lab={lab} />;
}

const chainSource = {
  record: (seq: number) => traceStore.record(seq),
  childrenOf: (seq: number) => traceStore.childrenOf(seq),
};

/** The selected packet's chain; draws again only when it grew, not with every record of the log. */
function useChain(seq: number | undefined): readonly TraceRecord[] {
  const seqs = useSyncExternalStore(traceStore.subscribe, () =>
    seq === undefined
      ? ''
      : chainOf(seq, chainSource)
          .map((record) => record.seq)
          .join(' '),
  );
  return useMemo(
    () => (seqs === '' ? [] : seqs.split(' ').flatMap((each) => traceStore.record(Number(each)) ?? [])),
    [seqs],
  );
}

function useFacts(lab: Lab, layout: MapLayout): MapFacts {
  const status = useShownStatus();
  const selection = useSelection((state) => state.current);
  const seq = selection?.kind === 'packet' ? selection.seq : undefined;
  const playing = usePlay((state) => state.atSeq !== undefined);
  const marks = useNodeMarks();
  const cables = useMemo(() => cableIndex(layout), [layout]);
  const chain = useChain(seq);
  const record = chain.find((each) => each.seq === seq);
  const lit = litLinks(chain, cables);
  const key = [...lit].join(' ');
  const injected = chain.some(({ verdict }) => verdict === 'injected');
  const link = record === undefined ? undefined : legsOf(record, cables).at(-1)?.link;
  // biome-ignore lint/correctness/useExhaustiveDependencies: key stands for the set of lit links
  return useMemo(
    () => ({
      lab,
      status,
      lit,
      litJacks: new Set(
        layout.links.flatMap(({ id, from, to }) =>
          lit.has(id) ? [`${from.node}/${from.jack}`, `${to.node}/${to.jack}`] : [],
        ),
      ),
      vertical: layout.vertical,
      marks,
      packet:
        record === undefined || link === undefined || playing
          ? undefined
          : { seq: record.seq, link, shape: shapeOf(record.frame), injected },
    }),
    [lab, status, key, layout, record?.seq, link, playing, marks, injected],
  );
}

function LabMap({ lab }: { lab: Lab }) {
  const vertical = useNarrow();
  const layout = useMemo(() => layoutMap(lab, vertical), [lab, vertical]);
  const facts = useFacts(lab, layout);
  const selection = useSelection((state) => state.current);
  const [table, setTable] = useState(false);
  useFetchedAtRest(fetchCard);
  const [camera] = useState(() => new MapCamera());
  const most = useMostFitted();
  const host = useRef<HTMLDivElement>(null);
  const fitNow = () => camera.fit(layout, most);
  const move = (key: ArrowKey) => {
    const at = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.node : undefined;
    const next = nearestNode(at ?? '', key, layout.nodes);
    if (next !== undefined) host.current?.querySelector<HTMLElement>(`[data-node="${next}"]`)?.focus();
  };
  const hostAtFocus = () => {
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.node : undefined;
    const name = focused ?? (selection?.kind === 'node' ? selection.name : undefined);
    return lab.hosts.find((each) => each.name === name)?.name;
  };
  useRegisterCommands([
    { id: 'map.fit', title: 'Fit the map', group: 'Map', keys: ['0'], pane: 'map', run: fitNow },
    { id: 'map.zoom-in', title: 'Zoom in', group: 'Map', keys: ['+'], pane: 'map', run: () => camera.zoomIn() },
    { id: 'map.zoom-out', title: 'Zoom out', group: 'Map', keys: ['-'], pane: 'map', run: () => camera.zoomOut() },
    {
      id: 'map.shell',
      title: 'Open a shell on the host',
      group: 'Map',
      keys: ['s'],
      pane: 'map',
      when: () => hostAtFocus() !== undefined,
      run: () => void openShell(hostAtFocus() ?? ''),
    },
    { id: 'map.table', title: 'Show the map as a table', group: 'Map', pane: 'map', run: () => setTable((on) => !on) },
    ...arrows.map((key) => ({
      id: `map.${key}`,
      title: `Next node ${key.slice(5).toLowerCase()}`,
      group: 'Map',
      keys: [key],
      pane: 'map' as const,
      run: () => move(key),
    })),
  ]);

  return (
    <MapContext value={facts}>
      <PaneTools>
        <Button
          id="map-table"
          label="As a table"
          icon="table"
          kind="ghost"
          bare
          pressed={table}
          onPress={() => setTable((on) => !on)}
        />
        <Button id="map-zoom-in" label="Zoom in" icon="zoom" kind="ghost" bare onPress={() => camera.zoomIn()} />
        <Button id="map-fit" label="Fit the map" icon="fit" kind="ghost" bare onPress={fitNow} />
      </PaneTools>
      <div className="map" ref={host} data-testid="map">
        {!table && (
          <MapPlane layout={layout} camera={camera}>
            <Tokens layout={layout} camera={camera} />
          </MapPlane>
        )}
        <MapTable layout={layout} status={facts.status} unseen={!table} />
        {(selection?.kind === 'node' || selection?.kind === 'link') && (
          <Suspense>
            <SelectionCard selection={selection} lab={lab} layout={layout} status={facts.status} />
          </Suspense>
        )}
      </div>
      <Legend impaired={layout.links.some((link) => impairmentBadge(link.impairments) !== undefined)} />
      {vertical && (
        <Suspense>
          <PacketSheet />
        </Suspense>
      )}
    </MapContext>
  );
}

/** The packets on the map: live ones as they come, those of a replay as it passes them, and the one that is played. */
function Tokens({ layout, camera }: { layout: MapLayout; camera: MapCamera }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current === null) return;
    const layer = new TokenLayer(
      canvas.current,
      layout,
      motionAllowed(),
      () => camera.view,
      (atSeq) => usePlay.setState({ atSeq }),
    );
    const stops = [
      traceStore.onBatch((records) => {
        if (useMoment.getState().atUs === undefined) layer.show(records);
      }),
      useMoment.subscribe(({ atUs, playing }, before) => {
        if (before.atUs === undefined || atUs === undefined || !playing) {
          if (atUs !== before.atUs) layer.clear();
          return;
        }
        layer.show(traceStore.between(before.atUs, atUs));
      }),
      usePlay.subscribe(({ asked }, before) => {
        if (asked === undefined || asked === before.asked) return;
        layer.play(chainRecords(asked.seq));
      }),
      playSelected(() => layer.play([])),
    ];
    return () => {
      for (const stop of stops) stop();
      layer.close();
    };
  }, [layout, camera]);
  return <canvas className="tokens" ref={canvas} data-testid="map-tokens" />;
}

/** Who walks the list with a key held down wants to see one journey, not thirty beginnings. */
const restMs = 250;

/** A packet that stays selected is played once; `stopPlaying` is called when it is selected no more. */
function playSelected(stopPlaying: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = useSelection.subscribe(({ current }, before) => {
    if (current === before.current) return;
    clearTimeout(timer);
    if (current?.kind !== 'packet') return stopPlaying();
    const { seq } = current;
    timer = setTimeout(() => playPacket(seq), restMs);
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}
