import { formatMac, ipv4Text, parseIpv4, parseMac } from '../../../codec/addresses.ts';
import type { Action } from '../../../protocols/openflow/v10/action.ts';
import { portNumbers } from '../../../protocols/openflow/v10/port.ts';
import { ops, type Program, stepWords } from '../program.ts';
import { type Fault, faults } from './faults.ts';

/** Room for the actions of one entry in a flow statistics reply, so that what was added can always be told. */
const maxActionBytes = 0xffff - 12 - 88;

/** Where an action list stands: only a PACKET_OUT may send through the flow table (§5.2.1). */
export type ActionPlace = 'flow' | 'packetOut';

/** The actions as a program, or why they are refused (ES22). */
export function toProgram(actions: readonly Action[], place: ActionPlace): Program | Fault {
  const program = new Int32Array(actions.length * stepWords);
  let at = 0;
  let lengthBytes = 0;
  for (const action of actions) {
    const fault = faultOf(action, place);
    if (fault !== undefined) return fault;
    program.set(stepOf(action), at);
    at += stepWords;
    lengthBytes += actionBytes(program[at - stepWords]);
  }
  return lengthBytes > maxActionBytes ? faults.tooManyActions : program;
}

export const isFault = (result: Program | Fault): result is Fault => 'code' in result;

function faultOf(action: Action, place: ActionPlace): Fault | undefined {
  switch (action.kind) {
    case 'output':
      return canSendTo(action.port, place) ? undefined : faults.badOutPort;
    case 'enqueue':
      return action.port < portNumbers.Max || action.port === portNumbers.InPort || action.port === portNumbers.Local
        ? undefined
        : faults.badOutPort;
    case 'setVlanVid':
      return action.vlanVid > 0xfff ? faults.badArgument : undefined;
    case 'setVlanPcp':
      return action.vlanPcp > 7 ? faults.badArgument : undefined;
    case 'setNwTos':
      return (action.nwTos & 3) !== 0 ? faults.badArgument : undefined;
    case 'vendor':
      return action.body.length % 8 === 0 ? faults.badActionVendor : faults.badActionLength;
    case 'unknown':
      return action.raw.length % 8 === 4 ? faults.badActionType : faults.badActionLength;
    default:
      return undefined;
  }
}

/** A port need not exist yet. */
function canSendTo(port: number, place: ActionPlace): boolean {
  if (port === portNumbers.Table) return place === 'packetOut';
  return port !== portNumbers.None && (port < portNumbers.Max || port >= portNumbers.InPort);
}

function stepOf(action: Action): readonly [number, number, number] {
  switch (action.kind) {
    case 'output':
      return [ops.output, action.port, action.maxLength];
    case 'enqueue':
      return [ops.enqueue, action.port, action.queueId];
    case 'setVlanVid':
      return [ops.setVlanVid, action.vlanVid, 0];
    case 'setVlanPcp':
      return [ops.setVlanPcp, action.vlanPcp, 0];
    case 'setDlSrc':
    case 'setDlDst': {
      const mac = parseMac(action.address) ?? new Uint8Array(6);
      const view = new DataView(mac.buffer);
      return [ops[action.kind], view.getUint16(0), view.getUint32(2)];
    }
    case 'setNwSrc':
    case 'setNwDst':
      return [ops[action.kind], parseIpv4(action.address) ?? 0, 0];
    case 'setNwTos':
      return [ops.setNwTos, action.nwTos, 0];
    case 'setTpSrc':
    case 'setTpDst':
      return [ops[action.kind], action.port, 0];
    default:
      return [ops.stripVlan, 0, 0];
  }
}

/** Length of an action on the wire. */
const actionBytes = (op: number | undefined): number =>
  op === ops.setDlSrc || op === ops.setDlDst || op === ops.enqueue ? 16 : 8;

/** Length of a program's actions on the wire. */
export function programBytes(program: Program): number {
  let lengthBytes = 0;
  for (let at = 0; at < program.length; at += stepWords) lengthBytes += actionBytes(program[at]);
  return lengthBytes;
}

/** The way back, for flow statistics. */
export function toActions(program: Program): readonly Action[] {
  const actions: Action[] = [];
  for (let at = 0; at < program.length; at += stepWords) {
    actions.push(actionOf(program[at] ?? 0, program[at + 1] ?? 0, (program[at + 2] ?? 0) >>> 0));
  }
  return actions;
}

function actionOf(op: number, a: number, b: number): Action {
  switch (op) {
    case ops.output:
      return { kind: 'output', port: a, maxLength: b };
    case ops.enqueue:
      return { kind: 'enqueue', port: a, queueId: b };
    case ops.setVlanVid:
      return { kind: 'setVlanVid', vlanVid: a };
    case ops.setVlanPcp:
      return { kind: 'setVlanPcp', vlanPcp: a };
    case ops.setDlSrc:
      return { kind: 'setDlSrc', address: macText(a, b) };
    case ops.setDlDst:
      return { kind: 'setDlDst', address: macText(a, b) };
    case ops.setNwSrc:
      return { kind: 'setNwSrc', address: ipv4Text(a >>> 0) };
    case ops.setNwDst:
      return { kind: 'setNwDst', address: ipv4Text(a >>> 0) };
    case ops.setNwTos:
      return { kind: 'setNwTos', nwTos: a };
    case ops.setTpSrc:
      return { kind: 'setTpSrc', port: a };
    case ops.setTpDst:
      return { kind: 'setTpDst', port: a };
    default:
      return { kind: 'stripVlan' };
  }
}

function macText(high: number, low: number): string {
  const bytes = new Uint8Array(6);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, high);
  view.setUint32(2, low);
  return formatMac(bytes);
}
