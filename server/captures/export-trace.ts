import { TraceCapture } from '../../bridge/packet/pcapng/trace-capture.ts';
import type { TraceRecord } from '../../bridge/packet/trace-batch.ts';
import type { Lab } from '../contract/lab.ts';
import { captureNames } from './lab-names.ts';
import type { SeqRange } from './seq-ranges.ts';
import { readRanges } from './trace-reading.ts';
import type { TraceSource } from './trace-source.ts';

export interface TraceSelection {
  readonly ranges: readonly SeqRange[];
  /** Of those, the ones that pass. */
  readonly passes: (record: TraceRecord) => boolean;
  /** What was chosen, for the comment of the file. */
  readonly title: string;
}

const application = 'Patchbay';
const chunkBytes = 64 * 1024;

/** A selection of the log as a pcapng file, in chunks: never more of it is in memory than one batch, and what people said (API20). */
export async function* exportTrace(
  source: TraceSource,
  lab: Lab,
  { ranges, passes, title }: TraceSelection,
): AsyncGenerator<Uint8Array> {
  const { epochMs } = source;
  const comment = `Lab ${lab.id}, ${title}`;
  const capture = new TraceCapture({ epochMs, application, comment, names: captureNames(lab) });
  const said = await source.comments();
  for await (const { records } of readRanges(source, ranges)) {
    for (const record of records) if (passes(record)) capture.record(record, said.get(record.seq));
    if (capture.byteLength >= chunkBytes) yield capture.take();
  }
  capture.end();
  yield capture.take();
}

/** `simple-router-20261121-060501.pcapng`, in UTC. */
export function captureFileName(lab: string, at: Date, extension: string): string {
  const digits = at.toISOString().replace(/[-:]/g, '');
  return `${lab}-${digits.slice(0, 8)}-${digits.slice(9, 15)}.${extension}`;
}
