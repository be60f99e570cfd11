import type { Lab } from '../../../server/contract/lab.ts';
import { type FaultPlace, type FramePlace, type InterceptPoint, interceptPoints } from './interventions.ts';

/** A place of the lab with its name; `id` is what a form's choice holds. */
export interface Named<T> {
  readonly id: string;
  readonly label: string;
  readonly group: string;
  readonly place: T;
}

const otherEnd = (end: { node: string; port?: number | undefined }): string =>
  end.port === undefined ? end.node : `${end.node}:${end.port}`;

/** Where a fault can act, by the lab's names; both directions. */
export function faultPlaces(lab: Lab): readonly Named<FaultPlace>[] {
  const direction = 'both' as const;
  return [
    ...lab.links.flatMap(({ a, b }) =>
      [
        [a, b],
        [b, a],
      ].flatMap(([own, other]) =>
        own?.port === undefined || other === undefined
          ? []
          : [
              {
                id: `link ${own.node} ${own.port}`,
                label: `${own.node}:${own.port} – ${otherEnd(other)}`,
                group: 'Links',
                place: { kind: 'link', switch: own.node, port: own.port, direction } as const,
              },
            ],
      ),
    ),
    ...lab.routers.flatMap(({ name, interfaces }) =>
      interfaces.map((each) => ({
        id: `interface ${name} ${each.port}`,
        label: `${name} ${each.name}`,
        group: 'Interfaces',
        place: { kind: 'interface', router: name, port: each.port, direction } as const,
      })),
    ),
    ...lab.routers.map(({ name }) => ({
      id: `router ${name}`,
      label: `${name}, all interfaces`,
      group: 'Routers',
      place: { kind: 'router', name, direction } as const,
    })),
    ...lab.switches.map(({ name }) => ({
      id: `switch ${name}`,
      label: `${name}, all ports`,
      group: 'Switches',
      place: { kind: 'switch', name, direction } as const,
    })),
    { id: 'controller', label: 'All switches', group: 'Controller', place: { kind: 'controller', direction } },
  ];
}

/** The id that `faultPlaces` gives a place. */
export function faultPlaceId(place: FaultPlace): string {
  switch (place.kind) {
    case 'link':
      return `link ${place.switch} ${place.port}`;
    case 'interface':
      return `interface ${place.router} ${place.port}`;
    case 'controller':
      return 'controller';
    default:
      return `${place.kind} ${place.name}`;
  }
}

const groups: Readonly<Record<InterceptPoint, string>> = {
  packet_in: 'As if a host had sent it',
  to_router: 'Into the router',
  from_router: 'As if the router had sent it',
  packet_out: 'Out of the switch',
};

/** The id that `framePlaces` gives a place. */
export const framePlaceId = ({ point, node, port }: FramePlace): string => `${point} ${node} ${port}`;

/** Where a frame can be put in, by the lab's names. */
export function framePlaces(lab: Lab): readonly Named<FramePlace>[] {
  const hostAt = (node: string, port: number): string => {
    const link = lab.links.find(({ a, b }) => [a, b].some((end) => end.node === node && end.port === port));
    const other = [link?.a, link?.b].find((end) => end !== undefined && end.node !== node);
    return other === undefined ? '' : ` – ${other.node}`;
  };
  const atSwitches = lab.links.flatMap(({ a, b }) =>
    [a, b].flatMap(({ node, port }) =>
      port === undefined ? [] : [{ node, port, label: `${node}:${port}${hostAt(node, port)}` }],
    ),
  );
  const atRouters = lab.routers.flatMap(({ name, interfaces }) =>
    interfaces.map((each) => ({ node: name, port: each.port, label: `${name} ${each.name}` })),
  );
  return interceptPoints.flatMap((point) =>
    (point === 'packet_in' || point === 'packet_out' ? atSwitches : atRouters).map(({ node, port, label }) => ({
      id: framePlaceId({ point, node, port }),
      label: `${point} ${label}`,
      group: groups[point],
      place: { point, node, port },
    })),
  );
}
