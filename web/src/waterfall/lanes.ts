import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import type { Lab } from '../../../server/contract/lab.ts';
import type { Journey, Stage } from '../state/journey.ts';

/** The waterfall's drawing without pixels: lanes from the hosts down to the router, and bars on them (WATER2). */

interface Bar {
  readonly stage: Stage;
  readonly lane: number;
  /** Bars of one lane that overlap in time lie in different rows. */
  readonly row: number;
}
interface Dot {
  readonly record: TraceRecord;
  readonly lane: number;
}
export interface Waterfall {
  readonly lanes: readonly { readonly name: string; readonly rows: number }[];
  /** Time spent in a place. */
  readonly bars: readonly Bar[];
  /** Time spent on the way between two lanes. */
  readonly hops: readonly Stage[];
  readonly dots: readonly Dot[];
}

const controller = 'Controller';
const vns = 'VNS';

/** From top to bottom: further down is further from the hosts. */
function depthOf(name: string, lab: Pick<Lab, 'hosts' | 'switches'>): number {
  if (lab.hosts.some((host) => host.name === name)) return 0;
  if (lab.switches.some((each) => each.name === name)) return 1;
  if (name === controller) return 2;
  return name === vns ? 3 : 4;
}

function hostAt(lab: Pick<Lab, 'links' | 'hosts'>, node: string, port: number): string | undefined {
  const isHost = (name: string) => lab.hosts.some((host) => host.name === name);
  for (const { a, b } of lab.links) {
    if (a.node === node && a.port === port && isHost(b.node)) return b.node;
    if (b.node === node && b.port === port && isHost(a.node)) return a.node;
  }
  return undefined;
}

type LabParts = Pick<Lab, 'hosts' | 'switches' | 'routers' | 'links'>;

/** The lane that a record is stamped on. */
function laneOf(record: TraceRecord, lab: LabParts): string {
  const { point, node, port } = record;
  if (point === 'host.tx' || point === 'host.rx') return hostAt(lab, node, port) ?? node;
  if (point === 'sw.rx' || point === 'sw.tx') return node;
  if (point === 'to_router' || point === 'from_router') return vns;
  if (point === 'packet_in' || point === 'packet_out') return controller;
  return lab.routers.some((router) => router.name === node) ? vns : controller;
}

/** The lane in which a stage's time passes; undefined for a link, which is a way between lanes. */
function laneOfStage({ kind, from, to }: Stage, lab: LabParts): string | undefined {
  if (kind === 'link') return undefined;
  if (kind === 'router') return to.node;
  if (kind === 'switch') return from.node;
  return laneOf(from, lab);
}

/** Lays a journey out. */
export function layWaterfall(journey: Journey, lab: LabParts): Waterfall {
  const names = new Set<string>();
  for (const stage of journey.stages) {
    const name = laneOfStage(stage, lab);
    if (name !== undefined) names.add(name);
  }
  for (const record of journey.records) names.add(laneOf(record, lab));
  const order = [...names].sort((a, b) => depthOf(a, lab) - depthOf(b, lab));
  const laneAt = (name: string) => order.indexOf(name);

  const ends = order.map((): number[] => []);
  const bars: Bar[] = [];
  const hops: Stage[] = [];
  for (const stage of [...journey.stages].sort((a, b) => a.from.tUs - b.from.tUs)) {
    const name = laneOfStage(stage, lab);
    if (name === undefined) {
      hops.push(stage);
      continue;
    }
    const lane = laneAt(name);
    const rows = ends[lane] ?? [];
    const free = rows.findIndex((end) => end <= stage.from.tUs);
    const row = free < 0 ? rows.length : free;
    rows[row] = stage.to.tUs;
    bars.push({ stage, lane, row });
  }
  const dots = journey.records.map((record) => ({ record, lane: laneAt(laneOf(record, lab)) }));
  return { lanes: order.map((name, at) => ({ name, rows: Math.max(1, ends[at]?.length ?? 0) })), bars, hops, dots };
}

/** Round steps for a time axis of `lengthUs`, at most `most` of them. */
export function ticksOf(lengthUs: number, most: number): number[] {
  if (lengthUs <= 0) return [0];
  const rough = lengthUs / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough;
  return Array.from({ length: Math.floor(lengthUs / step) + 1 }, (_, at) => at * step);
}
