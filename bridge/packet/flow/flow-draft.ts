import type { Action } from '../../protocols/openflow/v10/action.ts';
import type { MatchFields } from '../../protocols/openflow/v10/match.ts';
import { parseActions } from './action-words.ts';
import type { FlowFault } from './fault.ts';
import { parseMatch } from './match-words.ts';

/** An entry as a person writes it. Time-outs in seconds, 0 for never. */
export interface FlowDraft {
  /** `in_port=1, ip.dst=10.0.1.0/24`; '' matches everything. */
  readonly match: string;
  /** `set_dl_dst:02:00:00:00:00:01, output:2`, or `drop`. */
  readonly actions: string;
  readonly priority: number;
  readonly idleTimeoutS: number;
  readonly hardTimeoutS: number;
  /** 64 bits as `0x…`. */
  readonly cookie: string;
}

/** The same, understood. */
export interface FlowSpec {
  readonly match: MatchFields;
  readonly actions: readonly Action[];
  readonly priority: number;
  readonly idleTimeoutS: number;
  readonly hardTimeoutS: number;
  readonly cookie: bigint;
}

const most = 0xffff;
const cookiePattern = /^0x[0-9a-f]{1,16}$/i;

/** Reads a draft; with faults, what could be understood. `ports` are those of the switch. */
export function readDraft(
  draft: FlowDraft,
  ports?: ReadonlySet<number>,
): { readonly spec: FlowSpec; readonly faults: readonly FlowFault[] } {
  const match = parseMatch(draft.match);
  const actions = parseActions(draft.actions, ports);
  const faults: FlowFault[] = [...match.faults, ...actions.faults];
  for (const [part, what] of [
    ['priority', 'a whole number, 0 to 65535'],
    ['idleTimeoutS', 'seconds, 0 (never) to 65535'],
    ['hardTimeoutS', 'seconds, 0 (never) to 65535'],
  ] as const) {
    const value = draft[part];
    if (Number.isInteger(value) && value >= 0 && value <= most) continue;
    const got = Number.isNaN(value) ? '' : String(value);
    faults.push({ part, field: part, expected: what, got, start: 0, end: 0 });
  }
  const isCookie = cookiePattern.test(draft.cookie);
  if (!isCookie) {
    const expected = 'up to 16 hex digits behind 0x';
    faults.push({ part: 'cookie', field: 'cookie', expected, got: draft.cookie, start: 0, end: 0 });
  }
  const { priority, idleTimeoutS, hardTimeoutS } = draft;
  return {
    spec: {
      match: match.fields,
      actions: actions.actions,
      priority,
      idleTimeoutS,
      hardTimeoutS,
      cookie: isCookie ? BigInt(draft.cookie) : 0n,
    },
    faults,
  };
}
