import { parseMatch } from '../../packet/flow/match-words.ts';
import { matchOf } from '../../protocols/openflow/v10/match.ts';
import type { ControlLog } from '../../trace/control-log.ts';
import type { PacketLog } from '../../trace/packet-log.ts';
import { type Implementation, WorkbenchError } from '../method.ts';
import type { FlowRow } from './flow-row.ts';
import { lookUp } from './lookup.ts';
import { type FlowMethods, type FlowTableRead, frameOf } from './methods.ts';
import { tableEvidence } from './past/evidence.ts';
import { flowsAt } from './past/flows-at.ts';
import { lookUpThen } from './past/lookup-then.ts';
import { tableAt } from './past/table-at.ts';

/** Flow tables as they were read when the run was recorded: read and looked up as those of a switch are (WB292). */
export function recordedFlowMethods(
  log: PacketLog,
  control: ControlLog,
  tables: readonly FlowTableRead[],
): Implementation<Pick<FlowMethods, 'flows:read' | 'flows:at' | 'flows:lookup'>> {
  const of = (dpid: string): FlowTableRead => {
    const table = tables.find((each) => each.dpid === dpid);
    if (table !== undefined) return table;
    const known = tables.map((each) => `${each.dpid} (${each.switch})`);
    throw new WorkbenchError(
      'conflict',
      `No flow table of "${dpid}" was recorded, only of ${known.join(', ') || 'none'}`,
    );
  };
  return {
    'flows:read': ({ dpid }) => of(dpid),
    'flows:at': ({ dpid, atUs }) => flowsAt(control, dpid, of(dpid).switch, atUs),
    'flows:lookup': async (argument) => {
      const table = of(argument.dpid);
      const frame = frameOf(argument, log, { name: table.switch });
      if ('why' in frame) return frame;
      const read = { tUs: table.tUs, flows: table.entries.map(rankedOf) };
      if (frame.tUs === 0) return lookUp(read, frame);
      return lookUpThen(tableAt(await tableEvidence(control, table.switch, frame.tUs), frame.tUs), read, frame);
    },
  };
}

/** A row says its match in words that can be read again. */
const rankedOf = (row: FlowRow) => ({
  row,
  wire: { match: matchOf(parseMatch(row.matchText).fields), priority: row.priority },
});
