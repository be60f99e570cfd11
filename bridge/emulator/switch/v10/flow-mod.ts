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

/** A MODIFY with this cookie leaves that of its entries alone. */
const keepsCookie = 0xffff_ffff_ffff_ffffn;

/** Does what a FLOW_MOD says (§4.6, ES13–ES18); the fault when it is refused, and then nothing has changed. */
export function modifyFlows(flowMod: FlowMod, datapath: Datapath): Fault | undefined {
  const { command } = flowMod;
  if (typeof command === 'number') return faults.badCommand;
  const unfit = faultOfFlags(flowMod);
  if (unfit !== undefined) return unfit;
  const program = toProgram(flowMod.actions, 'flow');
  if (isFault(program)) return program;
  const priority = isExact(flowMod.match) ? exactPriority : flowMod.priority;
  if (command === 'delete' || command === 'deleteStrict') {
    datapath.table.remove(selectionOf(flowMod, command === 'deleteStrict' ? priority : undefined), 'delete');
    return undefined;
  }
  const missing = flowMod.bufferId === noBuffer ? undefined : faultOfBuffer(flowMod.bufferId, datapath);
  if (missing !== undefined) return missing;
  const entry =
    command === 'add'
      ? add(flowMod, priority, program, datapath)
      : (modify(flowMod, priority, program, datapath) ?? add(flowMod, priority, program, datapath));
  if (entry === 'full') return faults.allTablesFull;
  if (entry === 'overlap') return faults.overlap;
  release(flowMod.bufferId, entry, datapath);
  return undefined;
}

/** There is no emergency table: for an emergency entry it is full, as Open vSwitch says. */
function faultOfFlags({ flags, idleTimeoutS, hardTimeoutS }: FlowMod): Fault | undefined {
  if (flags.some((flag) => typeof flag === 'number')) return faults.unsupported;
  if (!flags.includes('emergency')) return undefined;
  return idleTimeoutS === 0 && hardTimeoutS === 0 ? faults.allTablesFull : faults.badEmergencyTimeout;
}

function add(flowMod: FlowMod, priority: number, program: Program, datapath: Datapath): FlowEntry | 'overlap' | 'full' {
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
  return datapath.table.add(spec, flowMod.flags.includes('checkOverlap'));
}

/** Undefined when nothing matches, and it is added instead (§4.6); out_port does not count here. */
function modify(flowMod: FlowMod, priority: number, program: Program, datapath: Datapath): FlowEntry | undefined {
  const match = toFlowMatch(flowMod.match);
  const strictPriority = flowMod.command === 'modifyStrict' ? priority : undefined;
  const cookie = flowMod.cookie === keepsCookie ? undefined : flowMod.cookie;
  return datapath.table.modify({ match, priority: strictPriority, outPort: undefined }, program, cookie);
}

/** The buffered frame goes the way of the entry. */
function release(bufferId: number, entry: FlowEntry, datapath: Datapath): void {
  const buffered = bufferId === noBuffer ? undefined : datapath.buffers.take(bufferId);
  if (buffered === undefined) return;
  datapath.table.use(entry, buffered.frame.length);
  datapath.run(entry.program, buffered.frame, buffered.inPort);
}

/** Why there is no frame under a number; undefined when there is one. */
export function faultOfBuffer(bufferId: number, datapath: Datapath): Fault | undefined {
  const found = datapath.buffers.look(bufferId);
  if (found === 'there') return undefined;
  return found === 'empty' ? faults.bufferEmpty : faults.bufferUnknown;
}
