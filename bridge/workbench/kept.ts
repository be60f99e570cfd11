import { Buffer } from 'node:buffer';
import type { PacketLog } from '../trace/packet-log.ts';
import type { Implementation } from './method.ts';

/** What of the log is kept at this moment: seq from `firstSeq` up to, without, `nextSeq`. */
interface KeptTrace {
  readonly firstSeq: number;
  readonly nextSeq: number;
}

/** Records that somebody named, as far as they are kept. */
interface PickedTrace extends KeptTrace {
  /** A trace batch (TR5) as base64, in order of seq. */
  readonly batch: string;
}

export interface KeptMethods {
  /** Which records can be read now, so that whoever reads them all comes to an end while new ones arrive (WB140). */
  'trace:kept'(argument: Readonly<Record<string, never>>): KeptTrace;
  /** These records; those not kept are left out, and the bounds say why (WB87). */
  'trace:records'(argument: { readonly seqs: readonly number[] }): PickedTrace;
}

/** The bounds of the log, and what lies between them. */
export function keptMethods(log: PacketLog): Implementation<KeptMethods> {
  const kept = (): KeptTrace => ({ firstSeq: log.firstSeq, nextSeq: log.nextSeq });
  return {
    'trace:kept': kept,
    'trace:records': ({ seqs }) => {
      const rising = Float64Array.from(seqs).sort();
      return { batch: Buffer.from(log.batches.pick(rising)).toString('base64'), ...kept() };
    },
  };
}
