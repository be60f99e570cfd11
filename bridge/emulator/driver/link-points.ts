import type { DropCause, Point } from '../../packet/trace-batch.ts';
import { createRing, RingWriter, type SharedRing } from '../../trace/points/point-ring.ts';
import type { PointPlace, PointSource } from '../../trace/points/point-source.ts';
import type { NetworkConfig } from '../config.ts';
import type { EmulatedNetwork } from '../network-api.ts';
import type { LinkTap } from '../wire.ts';

type What = Parameters<LinkTap>[0]['what'];

const causes: Readonly<Record<Exclude<What, 'sent' | 'delivered'>, DropCause>> = {
  lost: 'lost on the link',
  'queue-full': 'link queue full',
  down: 'link down',
};

/** Where the links of a network will be seen: two places a link, in the order of its ends. */
export function linkPoints({ hosts, links }: NetworkConfig): PointSource {
  const names = new Set(hosts.map(({ name }) => name));
  const place = ({ node, port }: NetworkConfig['links'][number]['a'], peer: number): PointPlace => ({
    node,
    port,
    kind: names.has(node) ? 'host' : 'switch',
    peer,
  });
  const places = links.flatMap(({ a, b }, i) => [place(a, 2 * i + 1), place(b, 2 * i)]);
  return { ring: createRing(), places, arrival: 'in order' };
}

/** Tells a ring of every frame on every link: sent, delivered or lost. Returns what ends that. */
export function tapLinks(network: EmulatedNetwork, ring: SharedRing, machineUs: () => number): () => void {
  const writer = new RingWriter(ring);
  const { hosts, links, scheduler } = network;
  const zeroUs = machineUs() - scheduler.nowUs();
  const stops = links.map((link, i) => {
    const isHost = [hosts.has(link.a.node), hosts.has(link.b.node)];
    const sent: readonly Point[] = isHost.map((is) => (is ? 'host.tx' : 'sw.tx'));
    const delivered: readonly Point[] = isHost.map((is) => (is ? 'host.rx' : 'sw.rx'));
    return link.tap(({ atUs, from, what, frame }) => {
      const sender = from === link.a.interface ? 0 : 1;
      const receiver = 1 - sender;
      if (what === 'sent') writer.write(atUs + zeroUs, sent[sender] ?? 'drop', 'none', 2 * i + sender, frame);
      else if (what === 'delivered')
        writer.write(atUs + zeroUs, delivered[receiver] ?? 'drop', 'none', 2 * i + receiver, frame);
      else writer.write(atUs + zeroUs, 'drop', causes[what], 2 * i + sender, frame);
    });
  });
  return () => {
    for (const stop of stops) stop();
  };
}
