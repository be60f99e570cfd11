import {
  decodeTraceBatch,
  dropCauses,
  points,
  rules,
  TraceBatchWriter,
  verdicts,
} from '../../bridge/packet/trace-batch.ts';

/** The records of a batch from `fromSeq` on, as a batch of its own. Throws DecodeError. */
export function trimBatch(bytes: Uint8Array, fromSeq: number): Uint8Array {
  const { epochMs, nodes, records } = decodeTraceBatch(bytes);
  const writer = new TraceBatchWriter();
  writer.begin(epochMs, nodes);
  for (const record of records) {
    if (record.seq < fromSeq) continue;
    writer.record(
      record.seq,
      record.tUs,
      points.indexOf(record.point),
      nodes.indexOf(record.node),
      record.port,
      verdicts.indexOf(record.verdict),
      dropCauses.indexOf(record.cause),
      rules.indexOf(record.rule),
      record.confidence,
      record.length,
      record.parents,
      record.parents.length,
      record.frame,
      0,
      record.frame.length,
    );
  }
  return writer.finish();
}
