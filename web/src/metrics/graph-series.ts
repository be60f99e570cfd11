import type { GraphSeries } from '../../../server/contract/graph.ts';

/** Where a frame is counted, as the bridge names it. */
export type CountedAt = GraphSeries['at'];
export type GraphUnit = GraphSeries['unit'];

/** One line of the graph. */
export interface Line {
  readonly id: number;
  readonly label: string;
  /** As it was last readable. */
  readonly filter: string;
  readonly at: CountedAt;
  /** Which colour and dash pattern: an index into `strokes`. */
  readonly stroke: number;
}

/** What of a line is drawn. */
export type DrawnLine = Pick<Line, 'label' | 'stroke'>;

export const mostLines = 8;

/** Colour token and dash pattern (pixels) of each line: a pattern belongs to one colour, so either tells them apart. */
export const strokes: readonly { readonly token: string; readonly dash: readonly number[] }[] = [
  { token: '--text-1', dash: [] },
  { token: '--proto-icmp-edge', dash: [8, 3] },
  { token: '--proto-arp-edge', dash: [2, 3] },
  { token: '--bad', dash: [12, 3, 2, 3] },
  { token: '--proto-tcp-edge', dash: [5, 5] },
  { token: '--proto-icmp-error-edge', dash: [12, 4, 4, 4] },
  { token: '--proto-udp-edge', dash: [3, 2, 8, 2] },
  { token: '--proto-openflow-edge', dash: [16, 6] },
];

/** What each choice of where to count means to a person. */
export const countedAt: Readonly<Record<CountedAt, { readonly label: string; readonly meaning: string }>> = {
  hosts: {
    label: 'sent by hosts',
    meaning:
      'Each frame that a host sent, once: on its wire where that is watched, else where the bridge had it first.',
  },
  controller: { label: 'at the controller', meaning: 'Each packet_in.' },
  frames: { label: 'each frame once', meaning: 'Each frame where it was first seen, those that a router made, too.' },
  records: { label: 'every record', meaning: 'Each point at which a frame was seen: a ping counts many times.' },
};

export interface Preset {
  readonly id: string;
  readonly label: string;
  readonly filter: string;
  readonly at: CountedAt;
  readonly stroke: number;
}

/** Lines that are one click away. Errors are made by routers, and a drop is a record of its own: no host sends either. */
export const presets: readonly Preset[] = [
  { id: 'all', label: 'All', filter: '', at: 'hosts', stroke: 0 },
  { id: 'icmp', label: 'ICMP', filter: 'icmp', at: 'hosts', stroke: 1 },
  { id: 'arp', label: 'ARP', filter: 'arp', at: 'hosts', stroke: 2 },
  { id: 'drops', label: 'Drops', filter: 'lab.verdict == "dropped"', at: 'records', stroke: 3 },
  { id: 'tcp', label: 'TCP', filter: 'tcp', at: 'hosts', stroke: 4 },
  { id: 'errors', label: 'ICMP errors', filter: 'icmp.type in {3 5 11 12}', at: 'frames', stroke: 5 },
];

/** The lines with one more: of the preset, or one of one's own. At eight there is no more. */
export function withLine(lines: readonly Line[], preset?: Preset): readonly Line[] {
  if (lines.length >= mostLines) return lines;
  const isFree = (stroke: number) => !lines.some((line) => line.stroke === stroke);
  const wanted = preset?.stroke;
  const free = strokes.findLastIndex((_, stroke) => isFree(stroke));
  const id = Math.max(0, ...lines.map((line) => line.id)) + 1;
  const stroke = wanted !== undefined && isFree(wanted) ? wanted : free;
  const { label, filter, at } = preset ?? { label: `Line ${id}`, filter: '', at: 'hosts' as const };
  return [...lines, { id, label, filter, at, stroke }];
}

/** What the graph begins with. */
export const firstLines: readonly Line[] = presets
  .filter(({ id }) => ['all', 'icmp', 'arp', 'drops'].includes(id))
  .reduce<readonly Line[]>((lines, preset) => withLine(lines, preset), []);

export const unitWords: Readonly<Record<GraphUnit, string>> = { packets: 'Packets', bytes: 'Bytes', bits: 'Bits' };
