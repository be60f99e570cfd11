import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { isCauseUnknown, isObserved } from '../state/chain.ts';
import { pointAtPacket } from '../state/trace-store.ts';

/** How it is known what a record came from, where it was not seen (TRACE17). */
export function CauseNote({ record }: { record: TraceRecord }) {
  const [parent, second] = record.parents;
  if (isCauseUnknown(record))
    return (
      <span
        className="packet-cause"
        data-testid="packet-cause"
        title="No frame that the router was given fits well enough"
      >
        ? cause unknown
      </span>
    );
  if (parent === undefined || isObserved(record)) return null;
  const waited = second === undefined ? '' : ` when #${second} came`;
  return (
    <button
      type="button"
      className="packet-cause"
      data-testid="packet-cause"
      title={`Inferred by the rule “${record.rule}”, ${record.confidence} % sure. Opens #${parent}.`}
      onClick={() => pointAtPacket(parent)}
    >
      ≈ {record.rule} #{parent}
      {waited}, inferred {record.confidence} %
    </button>
  );
}
