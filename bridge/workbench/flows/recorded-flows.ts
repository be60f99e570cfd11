import { parseMatch } from '../../packet/flow/match-words.ts';
import { matchOf } from '../../protocols/openflow/v10/match.ts';
import type { PacketLog } from '../../trace/packet-log.ts';
import { type Implementation, WorkbenchError } from '../method.ts';
import type { FlowRow } from './flow-row.ts';
import { lookUp } from './lookup.ts';
import { type FlowMethods, type FlowTableRead, frameOf } from './methods.ts';

/** Flow tables as they were read when the run was recorded: read and looked up as those of a switch are (WB292). */
export function recordedFlowMethods(
  log: PacketLog,
  tables: readonly FlowTableRead[],
): Implementation<Pick<FlowMethods, 'flows:read' | 'flows:lookup'>> {
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
    'flows:lookup': (argument) => {
      const table = of(argument.dpid);
      const frame = frameOf(argument, log, { name: table.switch });
      return lookUp({ tUs: table.tUs, flows: table.entries.map(rankedOf) }, frame);
    },
  };
}

/** A row says its match in words that can be read again. */
const rankedOf = (row: FlowRow) => ({
  row,
  wire: { match: matchOf(parseMatch(row.matchText).fields), priority: row.priority },
});
