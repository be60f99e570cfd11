import { type FlowMatch, includes } from '../../../emulator/switch/flow-match.ts';
import { isExact, toFlowMatch } from '../../../emulator/switch/v10/match.ts';
import type { Action } from '../../../protocols/openflow/v10/action.ts';
import type { Match } from '../../../protocols/openflow/v10/match.ts';
import type { MessageOf } from '../../../protocols/openflow/v10/message.ts';
import { portNumbers } from '../../../protocols/openflow/v10/port.ts';

type FlowMod = MessageOf<'flowMod'>;

/** An entry without wildcards stands above all others, whatever its priority says (§3.4). */
const exactPriority = 0xffff;

/** The priority that a switch gives an entry. */
export const priorityOf = ({ match, priority }: { readonly match: Match; readonly priority: number }): number =>
  isExact(match) ? exactPriority : priority;

/** Whether a match takes every frame. */
export const isEverything = (match: Match): boolean => toFlowMatch(match).mask.every((bits) => bits === 0);

/** Whether a FLOW_MOD empties a table, as a controller does with a switch that connects. */
export const clearsAll = ({ command, match, outPort }: FlowMod): boolean =>
  command === 'delete' && outPort === portNumbers.None && isEverything(match);

interface Selected {
  readonly flow: FlowMatch;
  readonly priority: number;
  readonly actions: readonly Action[];
}

/** Whether a FLOW_MOD means an entry (§4.6): strictly this match and priority, else all that the match includes. */
export function selects(mod: FlowMod, { flow, priority, actions }: Selected): boolean {
  const wanted = toFlowMatch(mod.match);
  const isStrict = mod.command !== 'delete' && mod.command !== 'modify';
  const isMeant = isStrict
    ? priority === priorityOf(mod) && includes(wanted, flow) && includes(flow, wanted)
    : includes(wanted, flow);
  const isDelete = mod.command === 'delete' || mod.command === 'deleteStrict';
  return isMeant && (!isDelete || mod.outPort === portNumbers.None || sendsTo(actions, mod.outPort));
}

const sendsTo = (actions: readonly Action[], port: number): boolean =>
  actions.some((action) => (action.kind === 'output' || action.kind === 'enqueue') && action.port === port);
