import { Suspense, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import type { Lab } from '../../../server/contract/lab.ts';
import { openShell } from '../session/terminal-actions.ts';
import { useRegisterCommands } from '../state/commands.ts';
import { useNarrow } from '../state/hooks.ts';
import { useLab } from '../state/lab-store.ts';
import { useShownStatus } from '../state/moment.ts';
import { usePlay } from '../state/play.ts';
import { useFetchedAtRest, useRested } from '../state/rest.ts';
import { useSelection } from '../state/selection.ts';
import { traceStore } from '../state/trace-store.ts';
import { Button } from '../ui/button.tsx';
import { shapeOf } from '../ui/frame-shape.ts';
import { PaneTools } from '../ui/pane-tools.tsx';
import { part } from '../ui/part.tsx';
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

const SelectionCard = part(async () => (await import('./selection-card.tsx')).SelectionCard);
/** What travels the map: drawn from the first packet on, or when the page has rested. */
const Tokens = part(async () => (await import('./tokens.tsx')).Tokens);
/** Only the narrow page draws it, and it brings the dissector along. */
const PacketSheet = part(async () => (await import('./packet-sheet.tsx')).PacketSheet);
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
  const rested = useRested();
  const hasPackets = useSyncExternalStore(traceStore.subscribe, () => traceStore.ring.size > 0) || rested;
  useFetchedAtRest(SelectionCard.fetch);
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
            {hasPackets && (
              <Suspense>
                <Tokens layout={layout} camera={camera} />
              </Suspense>
            )}
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
