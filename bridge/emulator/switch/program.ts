/**
 * The actions of an entry as numbers, three an action: operation, two operands. It knows no version of OpenFlow: an agent
 * translates its own actions into it and back, and the pipeline runs it without an object (ES10).
 */
export type Program = Int32Array;
export const stepWords = 3;

/** Operations and their operands. */
export const ops = {
  /** Port, bytes for the controller. */
  output: 0,
  /** VLAN id. */
  setVlanVid: 1,
  /** Priority 0–7. */
  setVlanPcp: 2,
  stripVlan: 3,
  /** First two bytes, last four. */
  setDlSrc: 4,
  setDlDst: 5,
  /** Address. */
  setNwSrc: 6,
  setNwDst: 7,
  /** DSCP in its place of the TOS byte. */
  setNwTos: 8,
  /** Port number. */
  setTpSrc: 9,
  setTpDst: 10,
  /** Port, queue. */
  enqueue: 11,
} as const;

/** Whether a program sends to a port: what out_port of a FLOW_MOD asks (§5.3.3). */
export function sendsTo(program: Program, port: number): boolean {
  for (let at = 0; at < program.length; at += stepWords) {
    const op = program[at];
    if ((op === ops.output || op === ops.enqueue) && program[at + 1] === port) return true;
  }
  return false;
}

/** The port of a program that is nothing but one output, else -1: the way of most packets. */
export const onlyOutput = (program: Program): number =>
  program.length === stepWords && program[0] === ops.output ? (program[1] ?? -1) : -1;
