import { useMemo } from 'react';
import type { Lab } from '../../../server/contract/lab.ts';
import type { LabStatus } from '../../../server/contract/status.ts';
import { openShell } from '../session/terminal-actions.ts';
import { showPanel } from '../state/dock-store.ts';
import { useNow } from '../state/hooks.ts';
import { useMoment } from '../state/moment.ts';
import type { Selection } from '../state/selection.ts';
import { showFiltered } from '../state/show-filtered.ts';
import { pointAtPacket, traceStore } from '../state/trace-store.ts';
import { Button } from '../ui/button.tsx';
import { inferredArp } from './arp-tables.ts';
import { nameOfNode } from './journey.ts';
import { bridgeName, type MapLayout } from './layout.ts';
import { filterOf } from './link-figures.ts';
import { type Fact, MapCard } from './map-card.tsx';

function factsOf(name: string, lab: Lab, status: LabStatus | undefined): Fact[] {
  const host = lab.hosts.find((each) => each.name === name);
  if (host !== undefined)
    return [
      ['Address', host.address],
      ...(host.mac === undefined ? [] : [['MAC', host.mac] as const]),
      ...(host.gateway === undefined ? [] : [['Gateway', host.gateway] as const]),
      ...(host.services ?? []).map(({ kind, port }): Fact => ['Serves', `${kind.toUpperCase()} on port ${port}`]),
    ];
  const own = status?.switches.find((each) => each.name === name);
  if (own !== undefined)
    return [
      ['Datapath', own.dpid],
      ['OpenFlow', own.connected ? 'connected' : 'not connected'],
      ...(own.description === '' ? [] : [['Program', own.description] as const]),
      ...own.ports.map(
        ({ port, name: portName, mac, up }): Fact => [`Port ${port}`, `${portName}, ${mac}, ${up ? 'up' : 'down'}`],
      ),
    ];
  const router = status?.routers.find((each) => each.name === name);
  if (router !== undefined)
    return [
      ['VNS name', router.vhost],
      ['State', router.state],
      ...router.interfaces.map((each): Fact => [each.name, `${each.address}${each.mac === '' ? '' : `, ${each.mac}`}`]),
    ];
  if (name === bridgeName && status !== undefined)
    return [
      ['OpenFlow', status.openflow],
      ...(lab.routers.length > 0 ? [['VNS', `${status.vns.host}:${status.vns.port}`] as const] : []),
      ['Packets in', String(status.counters.packetsIn)],
      ['Packets out', String(status.counters.packetsOut)],
    ];
  return [];
}

/** What is known about the node that is selected, over the map's corner. */
export function NodeCard({
  selection,
  lab,
  layout,
  status,
}: {
  selection: Selection | undefined;
  lab: Lab;
  layout: MapLayout;
  status: LabStatus | undefined;
}) {
  if (selection?.kind !== 'node') return null;
  const { name } = selection;
  const host = lab.hosts.some((each) => each.name === name);
  const router = lab.routers.some((each) => each.name === name);
  const why = status?.phase === 'running' ? undefined : 'The lab is not running.';
  return (
    <MapCard
      title={nameOfNode(name)}
      side={host ? 'right' : 'left'}
      facts={factsOf(name, lab, status)}
      testId="node-card"
    >
      <ArpTable name={name} lab={lab} status={status} />
      {name !== bridgeName && (
        <Button
          id="filter-node"
          label="Filter the trace to it"
          icon="filter"
          onPress={() =>
            showFiltered(
              filterOf({
                node: name,
                cable: layout.links.find((each) => each.kind === 'cable' && host && each.a === name),
              }),
            )
          }
        />
      )}
      {host && (
        <Button
          id="open-shell"
          label="Open a shell"
          icon="terminal"
          keyHint="s"
          changes
          off={why}
          onPress={() => void openShell(name)}
        />
      )}
      {router && <Button id="show-router" label="Open the router" icon="router" onPress={() => showPanel('router')} />}
    </MapCard>
  );
}

/** What a host or router must have learned by the moment that is shown. */
function ArpTable({ name, lab, status }: { name: string; lab: Lab; status: LabStatus | undefined }) {
  // The log may grow a thousand times a second; a table that is read needs less.
  const nowMs = useNow(1_000);
  const atUs = useMoment((state) => state.atUs);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the table grows with the log
  const entries = useMemo(
    () => inferredArp(name, lab, status, traceStore, atUs ?? Number.POSITIVE_INFINITY),
    [name, lab, status, atUs, nowMs],
  );
  if (entries === undefined) return null;
  return (
    <section className="map-arp" data-testid="inferred-arp">
      <h4>
        ARP <span className="chip chip-inferred">inferred</span>
      </h4>
      {entries.length === 0 ? (
        <p className="dim">Nothing learned from the ARP packets that are here.</p>
      ) : (
        <ul>
          {entries.map(({ address, mac, seq }) => (
            <li key={address} className="mono">
              {address} {mac}{' '}
              <button
                type="button"
                className="link"
                title={`Inferred from packet #${seq}`}
                onClick={() => pointAtPacket(seq)}
              >
                #{seq}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
