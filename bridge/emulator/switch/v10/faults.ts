import { errors } from '../../../protocols/openflow/v10/error.ts';

/** Why a message is refused: type and code of the ERROR that says so. */
export interface Fault {
  readonly type: number;
  readonly code: number;
}

const { badRequest, badAction, flowModFailed, portModFailed, queueOpFailed } = errors;
const fault = (type: number, code: number): Fault => ({ type, code });

/** The faults of this switch, in the words of the specification (§5.4.4). */
export const faults = {
  badVersion: fault(badRequest.type, badRequest.codes.badVersion),
  badType: fault(badRequest.type, badRequest.codes.badType),
  badStat: fault(badRequest.type, badRequest.codes.badStat),
  badVendor: fault(badRequest.type, badRequest.codes.badVendor),
  badLength: fault(badRequest.type, badRequest.codes.badLen),
  bufferEmpty: fault(badRequest.type, badRequest.codes.bufferEmpty),
  bufferUnknown: fault(badRequest.type, badRequest.codes.bufferUnknown),
  badActionType: fault(badAction.type, badAction.codes.badType),
  badActionLength: fault(badAction.type, badAction.codes.badLen),
  badActionVendor: fault(badAction.type, badAction.codes.badVendor),
  badOutPort: fault(badAction.type, badAction.codes.badOutPort),
  badArgument: fault(badAction.type, badAction.codes.badArgument),
  tooManyActions: fault(badAction.type, badAction.codes.tooMany),
  allTablesFull: fault(flowModFailed.type, flowModFailed.codes.allTablesFull),
  overlap: fault(flowModFailed.type, flowModFailed.codes.overlap),
  badEmergencyTimeout: fault(flowModFailed.type, flowModFailed.codes.badEmergTimeout),
  unsupported: fault(flowModFailed.type, flowModFailed.codes.unsupported),
  badCommand: fault(flowModFailed.type, flowModFailed.codes.badCommand),
  badPort: fault(portModFailed.type, portModFailed.codes.badPort),
  badHardwareAddress: fault(portModFailed.type, portModFailed.codes.badHwAddr),
  queueBadPort: fault(queueOpFailed.type, queueOpFailed.codes.badPort),
  queueBadQueue: fault(queueOpFailed.type, queueOpFailed.codes.badQueue),
} as const;
