import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { countOf } from '../state/text.ts';
import type { TraceLog } from '../state/trace-log.ts';
import { type cableIndex, isOutside, legsOf } from './journey.ts';
import type { MapLink } from './layout.ts';
import type { Fact } from './map-card.tsx';

/** What crossed a link lately, as far as it was seen (MAP10). */
interface LinkFigures {
  readonly packetsPerSecond: number;
  readonly bitsPerSecond: number;
  readonly dropped: number;
  /** Sent into the link and come out of it, where the points of hosts and switches are recorded. */
  readonly sent: number;
  readonly received: number;
  /** Packets and bits are those that came out of the link, not those that the bridge had. */
  readonly atEnds: boolean;
}

/** The figures are of so many last seconds. */
const figureSeconds = 10;
/** Enough for a storm's last seconds, and quick to look at. */
const mostRecords = 20_000;

const notMeasured = 'not measured';

/** Looks at the last ten seconds of the log before `untilUs`. */
export function linkFigures(
  log: TraceLog,
  link: MapLink,
  cables: ReturnType<typeof cableIndex>,
  untilUs: number,
): LinkFigures {
  const figures = { packets: 0, bytes: 0, dropped: 0, sent: 0, received: 0, receivedBytes: 0 };
  const fromUs = untilUs - figureSeconds * 1e6;
  const { ring } = log;
  const end = ring.indexAfter(untilUs);
  for (let index = end - 1; index >= Math.max(ring.first, end - mostRecords); index--) {
    const record = ring.at(index);
    if (record.tUs < fromUs) break;
    const ends = pointOn(record, link, cables);
    if (ends === 'sent') figures.sent++;
    if (ends === 'received') {
      figures.received++;
      figures.receivedBytes += record.length;
    }
    if (isOutside(record) || !legsOf(record, cables).some((leg) => leg.link === link.id)) continue;
    figures.packets++;
    figures.bytes += record.length;
    if (record.verdict === 'dropped') figures.dropped++;
  }
  const atEnds = figures.sent + figures.received > 0;
  return {
    packetsPerSecond: (atEnds ? figures.received : figures.packets) / figureSeconds,
    bitsPerSecond: ((atEnds ? figures.receivedBytes : figures.bytes) * 8) / figureSeconds,
    atEnds,
    dropped: figures.dropped,
    sent: figures.sent,
    received: figures.received,
  };
}

/** Whether a record is a frame at an end of a cable, going in or coming out. */
function pointOn(
  { point, node, port }: TraceRecord,
  link: MapLink,
  cables: ReturnType<typeof cableIndex>,
): 'sent' | 'received' | undefined {
  const atHost = node === link.a || node === link.b;
  if (point === 'host.tx' || point === 'host.rx')
    return atHost ? (point === 'host.tx' ? 'sent' : 'received') : undefined;
  if (point !== 'sw.tx' && point !== 'sw.rx') return undefined;
  if (cables.get(`${node}:${port}`)?.link !== link.id) return undefined;
  return point === 'sw.tx' ? 'sent' : 'received';
}

function bitsText(bits: number): string {
  if (bits < 1000) return `${Math.round(bits)} bit/s`;
  if (bits < 1e6) return `${(bits / 1000).toFixed(1)} kbit/s`;
  return `${(bits / 1e6).toFixed(2)} Mbit/s`;
}

/** The figures in words; what nobody measured says so. `partly`: the page gets only a share of the log. */
export function figureFacts(figures: LinkFigures, partly: boolean, queued = notMeasured): Fact[] {
  const { packetsPerSecond, bitsPerSecond, dropped, sent, received, atEnds } = figures;
  const least = partly ? 'at least ' : '';
  const lost = Math.max(0, sent - received);
  const loss =
    sent > 0 && !partly
      ? `${((lost / sent) * 100).toFixed(1)} % (${countOf(lost)} of ${countOf(sent)})`
      : `${notMeasured}: the points of hosts and switches are off`;
  return [
    [
      'Last 10 s',
      `${least}${packetsPerSecond.toFixed(1)} packets/s, ${bitsText(bitsPerSecond)} ${atEnds ? 'seen at its ends' : 'through the bridge'}`,
    ],
    ...(dropped > 0 ? [['Dropped', `${countOf(dropped)} by the bridge`] as const] : []),
    ['Lost now', partly ? `${notMeasured}: the page gets a share of the packets` : loss],
    ['Queued now', queued],
  ];
}

/** The trace filter of what crosses a link, or is seen at a node; undefined for the bridge, which sees everything. */
export function filterOf(target: MapLink | { readonly node: string; readonly cable: MapLink | undefined }): string {
  const quoted = (text: string) => `"${text}"`;
  if ('kind' in target) {
    if (target.kind === 'openflow') return `lab.node == ${quoted(target.a)}`;
    const at = target.kind === 'vns' ? target.id.slice(target.id.indexOf('|') + 1) : cableEnd(target);
    const colon = at.lastIndexOf(':');
    return `lab.node == ${quoted(at.slice(0, colon))} && lab.port == ${at.slice(colon + 1)}`;
  }
  const { node, cable } = target;
  return cable === undefined ? `lab.node == ${quoted(node)}` : `lab.node == ${quoted(node)} || (${filterOf(cable)})`;
}

/** The switch's end of a cable, `sw0:3`. */
function cableEnd({ to }: MapLink): string {
  return `${to.node}:${to.jack.slice(1)}`;
}
