import type { Stretch } from './graph-store.ts';
import { timeText } from './graph-time.ts';

interface BucketHeadProps {
  readonly fromUs: number;
  readonly intervalUs: number;
  readonly onOpen: (stretch: Stretch) => void;
}

/** Heads a bucket's row with its time, which leads to its packets. */
export function BucketHead({ fromUs, intervalUs, onOpen }: BucketHeadProps) {
  return (
    <th scope="row">
      <button
        type="button"
        className="metrics-open mono"
        title="Show these packets"
        onClick={() => onOpen({ fromUs, toUs: fromUs + intervalUs })}
      >
        {timeText(fromUs, intervalUs)}
      </button>
    </th>
  );
}
