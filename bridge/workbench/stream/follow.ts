import { Buffer } from 'node:buffer';
import type { Transport } from '../../packet/conversation/segment.ts';
import { type LoggedRecord, newLoggedRecord } from '../../trace/logged-record.ts';
import type { PacketLog } from '../../trace/packet-log.ts';
import { Askers, walkLog } from '../log-walk.ts';
import { type Implementation, WorkbenchError } from '../method.ts';
import { FollowedStream, type StreamEnd, type StreamEnding } from './followed-stream.ts';
import { type StreamIndex, streamIndexOf } from './stream-index.ts';
import { type VantagePoint, vantageAt, vantageNamed, vantageNumber } from './vantage.ts';

/** Where a conversation is looked at: both ways of a host's interface, or a point at a switch or router. */
interface Vantage {
  readonly point: VantagePoint;
  readonly node: string;
}

export interface FollowQuestion {
  /** Any record of the conversation. */
  readonly seq: number;
  /** Without it that of the record. */
  readonly vantage?: Vantage;
  /** `seenTo` of the answer before: when nothing came since, that is the answer. */
  readonly sinceSeq?: number;
  /** Who asks: a newer question ends this asker's older one. */
  readonly asker: string;
}

/** Bytes that one side sent, or a hole in them. */
interface StreamPiece {
  /** Who sent it. */
  readonly direction: 'client' | 'server';
  /** Records that carried it: first the one whose bytes these are. None for what was not captured. */
  readonly seqs: readonly number[];
  readonly tUs: number;
  readonly bytesBase64: string;
  /** Bytes that are missing here, and why; 0 where there are bytes. */
  readonly gap: number;
  readonly why: 'not captured' | 'not kept' | null;
  /** Records that carried other bytes for the same place: the first ones are shown. */
  readonly differs: readonly number[];
}

interface StreamView {
  readonly transport: Transport;
  readonly stream: number;
  /** The filter that its packets pass. */
  readonly filter: string;
  readonly vantage: Vantage;
  /** Where else it was seen, in order of first sight. */
  readonly vantages: readonly (Vantage & { readonly packets: number })[];
  /** Who opened it; of a conversation whose beginning was not seen, who sent first. */
  readonly client: StreamEnd;
  readonly server: StreamEnd;
  readonly isStartSeen: boolean;
  /** Its first records are no longer kept. */
  readonly isStartForgotten: boolean;
  readonly endings: readonly StreamEnding[];
  readonly pieces: readonly StreamPiece[];
  readonly repeatedBytes: number;
  readonly droppedSegments: number;
  /** There is more than an answer holds. */
  readonly isTruncated: boolean;
}

export interface StreamMethods {
  /**
   * Both directions of the conversation that a record belongs to, as one vantage saw them (WB32). not-found for a record
   * that is not kept and a vantage that did not see it, bad-request for a record without a conversation.
   */
  'stream:follow'(argument: FollowQuestion): {
    /** Null: nothing came since `sinceSeq`. */
    readonly stream: StreamView | null;
    readonly seenTo: number;
  };
  /** Which conversations records belong to, from `fromSeq` on, as filters know them (WB30): ask on behind `scannedTo`. */
  'stream:numbers'(argument: { readonly fromSeq: number; readonly asker: string }): {
    readonly tcp: { readonly seqs: number[]; readonly streams: number[]; readonly analysis: number[] };
    readonly udp: { readonly seqs: number[]; readonly streams: number[] };
    readonly scannedTo: number;
    readonly isComplete: boolean;
  };
}

/** Records of which one answer tells. */
const numbersAtOnce = 20_000;

/** Conversations of the log, put together when they are asked for. */
export function streamMethods(log: PacketLog): Implementation<StreamMethods> {
  const askers = new Askers();
  const numberAskers = new Askers();
  return {
    'stream:follow': (question) => askers.ask(question.asker, (isWanted) => follow(log, question, isWanted)),
    'stream:numbers': ({ fromSeq, asker }) =>
      numberAskers.ask(asker, async (isWanted) => {
        const index = streamIndexOf(log);
        await index.catchUp(isWanted);
        return numbersFrom(log, index, fromSeq);
      }),
  };
}

function numbersFrom(log: PacketLog, { table, nextSeq }: StreamIndex, fromSeq: number) {
  const tcp = { seqs: [] as number[], streams: [] as number[], analysis: [] as number[] };
  const udp = { seqs: [] as number[], streams: [] as number[] };
  const first = Math.max(fromSeq, log.firstSeq);
  const end = Math.min(nextSeq, first + numbersAtOnce);
  for (let seq = first; seq < end; seq++) {
    const stream = table.tcpStreamOf(seq);
    if (stream !== undefined) {
      tcp.seqs.push(seq);
      tcp.streams.push(stream);
      tcp.analysis.push(table.tcpAnalysisOf(seq));
      continue;
    }
    const datagrams = table.udpStreamOf(seq);
    if (datagrams === undefined) continue;
    udp.seqs.push(seq);
    udp.streams.push(datagrams);
  }
  return { tcp, udp, scannedTo: Math.max(end, first) - 1, isComplete: end >= log.nextSeq };
}

async function follow(log: PacketLog, { seq, vantage, sinceSeq }: FollowQuestion, isWanted: () => boolean) {
  const index = streamIndexOf(log);
  while (!(await index.catchUp(isWanted))) await turnOver();
  const { transport, stream } = streamOf(log, index, seq);
  const streamAt = transport === 'tcp' ? index.table.tcpStreamOf : index.table.udpStreamOf;
  const belongs = (each: number): boolean => streamAt.call(index.table, each) === stream;
  const seenTo = index.nextSeq - 1;
  const wanted = vantage === undefined ? ownVantage(log, seq) : numberOf(log, vantage);
  if (sinceSeq !== undefined) {
    const isNews = await anyIn(
      log,
      sinceSeq + 1,
      seenTo,
      isWanted,
      (each, record) => belongs(each) && isAt(record, wanted),
    );
    if (!isNews) return { stream: null, seenTo };
  }

  const seenAt = new Map<number, number>();
  const followed = new FollowedStream();
  let chosen = wanted;
  const firstSeq = index.firstSeqOf(transport, stream);
  await walkAll(log, firstSeq, seenTo, isWanted, (each, record) => {
    if (!belongs(each)) return;
    const here = vantageAt(record.point, record.node);
    if (here === undefined) return;
    seenAt.set(here, (seenAt.get(here) ?? 0) + 1);
    chosen ??= here;
    if (here === chosen) followed.take(record);
  });
  const named = (number: number): Vantage => {
    const { point, node } = vantageNamed(number);
    return { point, node: log.nodeName(node) };
  };
  const vantages = [...seenAt].map(([number, packets]) => ({ ...named(number), packets }));
  if (chosen === undefined || !seenAt.has(chosen)) {
    const there = vantages.map(({ point, node }) => `${point} of ${node}`).join(', ');
    const where = vantage === undefined ? 'any vantage' : `${vantage.point} of ${vantage.node}`;
    throw new WorkbenchError('not-found', `The stream was not seen at ${where}, only at ${there || 'none'}.`);
  }
  const { pieces, ...rest } = followed.finish(transport);
  const view: StreamView = {
    ...{ transport, stream, filter: `${transport}.stream == ${stream}`, vantage: named(chosen), vantages },
    ...rest,
    isStartSeen: followed.isStartSeen,
    isStartForgotten: firstSeq < log.firstSeq,
    pieces: pieces.map(({ piece, direction }) => ({
      ...{
        direction,
        seqs: piece.seqs,
        tUs: piece.tUs,
        gap: piece.gap,
        why: piece.why ?? null,
        differs: piece.differs,
      },
      bytesBase64: Buffer.from(piece.bytes).toString('base64'),
    })),
  };
  return { stream: view, seenTo };
}

function streamOf(log: PacketLog, { table }: StreamIndex, seq: number): { transport: Transport; stream: number } {
  const tcp = table.tcpStreamOf(seq);
  if (tcp !== undefined) return { transport: 'tcp', stream: tcp };
  const udp = table.udpStreamOf(seq);
  if (udp !== undefined) return { transport: 'udp', stream: udp };
  if (seq < log.firstSeq || seq >= log.nextSeq)
    throw new WorkbenchError('not-found', `Record ${seq} is not kept, only ${log.firstSeq} to ${log.nextSeq - 1}.`);
  throw new WorkbenchError('bad-request', `Record ${seq} carries neither TCP nor UDP: only these have streams.`);
}

/** A loop in the network makes a journey without end. */
const longestJourney = 200;

/** The vantage of a record; of one that a hold, a fault or a drop made, that of where it came from. */
function ownVantage(log: PacketLog, seq: number): number | undefined {
  const record = newLoggedRecord();
  for (let i = 0, at = seq; i < longestJourney && log.look(at, record); i++) {
    const vantage = vantageAt(record.point, record.node);
    if (vantage !== undefined) return vantage;
    if (record.parentCount === 0) return undefined;
    at = record.parents[0] ?? 0;
  }
  return undefined;
}

/** The number of a vantage by its name; one that no record has when the log knows no such node. */
function numberOf(log: PacketLog, { point, node }: Vantage): number {
  for (let number = 0; log.nodeName(number) !== ''; number++)
    if (log.nodeName(number) === node) return vantageNumber(point, number);
  return Number.NaN;
}

const isAt = ({ point, node }: LoggedRecord, vantage: number | undefined): boolean =>
  vantage === undefined || vantageAt(point, node) === vantage;

async function walkAll(
  log: PacketLog,
  fromSeq: number,
  toSeq: number,
  isWanted: () => boolean,
  visit: (seq: number, record: LoggedRecord) => void,
): Promise<void> {
  for (let from = fromSeq; ; ) {
    const { scannedTo, isComplete } = await walkLog(log, { fromSeq: from, toSeq, isWanted }, visit);
    if (isComplete) return;
    from = scannedTo + 1;
    await turnOver();
  }
}

async function anyIn(
  log: PacketLog,
  fromSeq: number,
  toSeq: number,
  isWanted: () => boolean,
  is: (seq: number, record: LoggedRecord) => boolean,
): Promise<boolean> {
  let found = false;
  await walkAll(log, fromSeq, toSeq, isWanted, (seq, record) => {
    found ||= is(seq, record);
  });
  return found;
}

const turnOver = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
