import { noBuffer } from '../../../protocols/openflow/v10/bodies.ts';
import type { MessageOf } from '../../../protocols/openflow/v10/message.ts';
import type { Datapath } from '../datapath.ts';
import type { FlowEntry, FlowSpec } from '../flow-entry.ts';
import type { Program } from '../program.ts';
import { isFault, toProgram } from './actions.ts';
import { type Fault, faults } from './faults.ts';
import { isExact, toFlowMatch } from './match.ts';
import { selectionOf } from './stats.ts';

type FlowMod = MessageOf<'flowMod'>;

const exactPriority = 0xffff;

/** Does what a FLOW_MOD says (§4.6, ES13–ES18); the fault when it is refused. */
export function modifyFlows(flowMod: FlowMod, datapath: Datapath): Fault | undefined {
  // There is no emergency table: for an emergency entry it is full, as Open vSwitch says.
  if (flowMod.flags.includes('emergency')) return faults.allTablesFull;
  const program = toProgram(flowMod.actions, 'flow');
  if (isFault(program)) return program;
  const priority = isExact(flowMod.match) ? exactPriority : flowMod.priority;
  switch (flowMod.command) {
    case 'add':
      return add(flowMod, priority, program, datapath);
    case 'modify':
    case 'modifyStrict':
      return modify(flowMod, priority, program, datapath);
    case 'delete':
    case 'deleteStrict': {
      const isStrict = flowMod.command === 'deleteStrict';
      datapath.table.remove(selectionOf(flowMod, isStrict ? priority : undefined), 'delete');
      return undefined;
    }
    default:
      return faults.badCommand;
  }
}

function add(flowMod: FlowMod, priority: number, program: Program, datapath: Datapath): Fault | undefined {
  const spec: FlowSpec = {
    match: toFlowMatch(flowMod.match),
    priority,
    isExact: isExact(flowMod.match),
    cookie: flowMod.cookie,
    idleTimeoutS: flowMod.idleTimeoutS,
    hardTimeoutS: flowMod.hardTimeoutS,
    sendsRemoved: flowMod.flags.includes('sendFlowRemoved'),
    program,
  };
  const entry = datapath.table.add(spec, flowMod.flags.includes('checkOverlap'));
  if (entry === 'full') return faults.allTablesFull;
  if (entry === 'overlap') return faults.overlap;
  return release(flowMod.bufferId, entry, datapath);
}

/** What matches nothing is added (§4.6); out_port does not count here. */
function modify(flowMod: FlowMod, priority: number, program: Program, datapath: Datapath): Fault | undefined {
  const match = toFlowMatch(flowMod.match);
  const strictPriority = flowMod.command === 'modifyStrict' ? priority : undefined;
  const selection = { match, priority: strictPriority, outPort: undefined };
  const entry = datapath.table.modify(selection, program, flowMod.cookie);
  return entry === undefined ? add(flowMod, priority, program, datapath) : release(flowMod.bufferId, entry, datapath);
}

/** The buffered frame goes the way of the entry; an entry stays even when there is no such frame. */
function release(bufferId: number, entry: FlowEntry, datapath: Datapath): Fault | undefined {
  if (bufferId === noBuffer) return undefined;
  const buffered = datapath.buffers.take(bufferId);
  if (buffered === 'unknown') return faults.bufferUnknown;
  if (buffered === 'empty') return faults.bufferEmpty;
  datapath.table.use(entry, buffered.frame.length);
  datapath.run(entry.program, buffered.frame, buffered.inPort);
  return undefined;
}
