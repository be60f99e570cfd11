import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { usePresent } from '../state/present.ts';
import { select } from '../state/selection.ts';
import { CableEdge } from './cable-edge.tsx';
import type { MapLayout } from './layout.ts';
import type { MapCamera } from './map-camera.ts';
import { LabelPlace } from './map-context.ts';
import { LabNode } from './map-nodes.tsx';

/** How large a map that fits may be: in its pane, and in a room of people. */
const mostFitted = { pane: 1.4, room: 2.4 };

/** How large the whole map may be shown now. */
export function useMostFitted(): number {
  return usePresent(({ presenting }) => (presenting ? mostFitted.room : mostFitted.pane));
}

interface MapPlaneProps {
  readonly layout: MapLayout;
  readonly camera: MapCamera;
  /** Stands over the plane and does not move with it. */
  readonly children: ReactNode;
}

/** The drawn map: links, what is written on them, and nodes, on a plane that is panned and zoomed (MAP6). */
export function MapPlane({ layout, camera, children }: MapPlaneProps) {
  const room = useRef<HTMLDivElement>(null);
  const plane = useRef<HTMLDivElement>(null);
  const [labels, setLabels] = useState<HTMLElement | null>(null);
  const most = useMostFitted();

  useLayoutEffect(() => {
    if (room.current === null || plane.current === null) return;
    return camera.attach(room.current, plane.current, (target) => press(target, layout));
  }, [camera, layout]);
  // Before the first drawing: a map that jumps into its place is seen to jump.
  useLayoutEffect(() => camera.fit(layout, most), [camera, layout, most]);
  useEffect(() => {
    if (room.current === null) return;
    const observer = new ResizeObserver(() => camera.fit(layout, most));
    observer.observe(room.current);
    return () => observer.disconnect();
  }, [camera, layout, most]);

  return (
    <div className="map-room" ref={room} data-testid="map-room">
      <div className="map-plane" ref={plane}>
        <LabelPlace value={labels}>
          <svg className="map-links" role="presentation">
            {layout.links.map((link) => (
              <CableEdge key={link.id} link={link} nodes={layout.nodes} />
            ))}
          </svg>
        </LabelPlace>
        <div className="map-labels" ref={setLabels} />
        {layout.nodes.map((node) => (
          <LabNode key={node.name} node={node} />
        ))}
      </div>
      {children}
    </div>
  );
}

/** Selects what was pressed: a node, a link, or nothing beside them. */
function press(target: Element, layout: MapLayout): void {
  const node = target.closest<HTMLElement>('[data-node]')?.dataset.node;
  const id = target.closest('[data-cable]')?.getAttribute('data-cable');
  const link = layout.links.find((each) => each.id === id);
  if (node !== undefined) select({ kind: 'node', name: node });
  else if (link !== undefined) select({ kind: 'link', a: link.a, b: link.b });
  else select(undefined);
}
