import type { PacketLog } from '../trace/packet-log.ts';
import type { Implementation } from './method.ts';

/** What of the log is kept at this moment: seq from `firstSeq` up to, without, `nextSeq`. */
interface KeptTrace {
  readonly firstSeq: number;
  readonly nextSeq: number;
}

export interface KeptMethods {
  /** Which records can be read now, so that whoever reads them all comes to an end while new ones arrive (WB140). */
  'trace:kept'(argument: Readonly<Record<string, never>>): KeptTrace;
}

/** The bounds of the log. */
export function keptMethods(log: PacketLog): Implementation<KeptMethods> {
  return {
    'trace:kept': () => ({ firstSeq: log.firstSeq, nextSeq: log.nextSeq }),
  };
}
