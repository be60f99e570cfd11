import { setImmediate as turnOver } from 'node:timers/promises';
import type { BridgeHandle } from '../handle.ts';
import { decodeTraceBatch } from '../packet/trace-batch.ts';
import { type ControlChannel, ControlLog } from '../trace/control-log.ts';
import type { PacketComment } from '../trace/packet-comments.ts';
import { PacketLog } from '../trace/packet-log.ts';
import { Expert } from './expert/expert.ts';
import type { FlowTableRead } from './flows/methods.ts';
import { recordedFlowMethods } from './flows/recorded-flows.ts';
import { type Implementation, WorkbenchError } from './method.ts';
import type { AnswerOf, ArgumentOf, MethodName, WorkbenchMethods } from './methods.ts';
import type { RawMessage } from './openflow/methods.ts';
import { type KnownRouter, RouterExpectations } from './why/expectations.ts';
import { logQuestions } from './workbench.ts';

/** A run as it was written down: plain data, of which nothing is trusted. */
export interface Recording {
  /** Batches of one log (trace-batch), in order of seq. */
  readonly batches: readonly Uint8Array[];
  /** Control messages in order of their ids. */
  readonly control: readonly RawMessage[];
  /** `sinceUs`: when its last program connected; what was before is not compared. */
  readonly routers: readonly (KnownRouter & { readonly rtable: string; readonly sinceUs: number })[];
  readonly flowTables: readonly FlowTableRead[];
  /** What people said of records. */
  readonly comments?: readonly PacketComment[];
  /** When it was written, on the trace's clock. */
  readonly endUs: number;
}

/** A recorded run that can be asked like a running bridge: what needs a network is a conflict (WB290). */
export interface RecordedRun extends Pick<BridgeHandle, 'call' | 'readTrace'> {
  readonly epochMs: number;
  readonly firstSeq: number;
  readonly nextSeq: number;
}

/** As many bytes of frames are kept as of a running lab at most, and records of at most so many numbers. */
const frameBytes = 128 * 1024 * 1024;
const mostRecords = 1_000_000;
/** Of an OpenFlow message. */
const headerBytes = 8;
const batchLimit = 100_000;
const batchBytes = 16 * 1024 * 1024;

/** Reads a recording, in turns. Throws DecodeError for a batch that is none, RangeError for what is out of order or too much. */
export async function openRecording(recording: Recording): Promise<RecordedRun> {
  const { endUs, flowTables, routers } = recording;
  const { log, epochMs } = await logOf(recording.batches, endUs);
  const isKept = (seq: number): boolean => seq >= log.firstSeq && seq < log.nextSeq;
  for (const { seq, text } of recording.comments ?? []) if (isKept(seq)) log.comments.set(seq, text);
  const control = controlOf(recording.control);
  const rtables = new Map(routers.map(({ name, rtable }) => [name, rtable]));
  const expectations = new RouterExpectations(log, () => routers, rtables);
  const expert = new Expert({ log, routers: () => routers, rtables, nowUs: () => endUs });
  for (const { name, sinceUs } of [...routers].sort((a, b) => a.sinceUs - b.sinceUs)) {
    expectations.connected(name, seqSince(log, sinceUs));
    expert.connected(name, seqSince(log, sinceUs));
  }
  const questions: Partial<Implementation<WorkbenchMethods>> = {
    ...logQuestions({ log, control, routers: () => routers, expectations, expert, nowUs: () => endUs }),
    ...recordedFlowMethods(log, control, flowTables),
  };
  return {
    epochMs,
    firstSeq: log.firstSeq,
    nextSeq: log.nextSeq,
    readTrace: async (fromSeq, limit) => log.batches.read(fromSeq, Math.min(limit, batchLimit), batchBytes).batch,
    call: async <M extends MethodName>(method: M, argument: ArgumentOf<M>): Promise<AnswerOf<M>> => {
      const act = questions[method] as ((argument: ArgumentOf<M>) => AnswerOf<M> | Promise<AnswerOf<M>>) | undefined;
      if (act === undefined)
        throw new WorkbenchError('conflict', `This is a recorded run: ${method} needs a network that runs.`);
      return await act(argument);
    },
  };
}

async function logOf(batches: readonly Uint8Array[], endUs: number): Promise<{ log: PacketLog; epochMs: number }> {
  const [first, last] = [batches[0], batches.at(-1)].map((batch) =>
    batch === undefined ? undefined : decodeTraceBatch(batch),
  );
  const span = (last?.records.at(-1)?.seq ?? 0) - (first?.records[0]?.seq ?? 0) + 1;
  if (span > mostRecords) throw new RangeError(`records over ${span} numbers, at most ${mostRecords} are kept`);
  const epochMs = first?.epochMs ?? 0;
  const log = new PacketLog({ records: span, frameBytes, snapLength: 0xffff, nowUs: () => endUs, epochMs });
  // Frames that were stored once are stored once again.
  const nobody = { before: () => undefined, coming: () => undefined, came: () => undefined };
  log.takeIn(nobody);
  for (const batch of batches) {
    for (const record of decodeTraceBatch(batch).records) log.restore(record);
    await turnOver();
  }
  log.takeInNoMore();
  return { log, epochMs };
}

function controlOf(messages: readonly RawMessage[]): ControlLog {
  const control = new ControlLog(() => 0, Math.max(1, messages.length));
  const channels = new Map<number, ControlChannel>();
  for (const { connection, switch: name, peer, bytes: text, ...message } of messages) {
    const bytes = new Uint8Array(Buffer.from(text, 'base64'));
    if (bytes.length < headerBytes) throw new RangeError(`control message ${message.id} is shorter than its header`);
    const channel = channels.get(connection) ?? control.open(peer);
    channels.set(connection, channel);
    channel.name = name;
    control.restore(channel, { ...message, bytes });
  }
  return control;
}

/** The first record that was logged at a time or later. */
function seqSince(log: PacketLog, tUs: number): number {
  let seq = log.firstSeq;
  while (seq < log.nextSeq && log.timeOf(seq) < tUs) seq += 1;
  return seq;
}
