import { labelled, u16 } from '../../../codec/numbers.ts';
import { rest } from '../../../codec/raw.ts';
import { struct } from '../../../codec/struct.ts';

/** §5.4.4, ofp_error_type and the codes of each, in the words of the specification. */
export const errors = {
  helloFailed: { type: 0, codes: { incompatible: 0, eperm: 1 } },
  badRequest: {
    type: 1,
    codes: {
      badVersion: 0,
      badType: 1,
      badStat: 2,
      badVendor: 3,
      badSubtype: 4,
      eperm: 5,
      badLen: 6,
      bufferEmpty: 7,
      bufferUnknown: 8,
    },
  },
  badAction: {
    type: 2,
    codes: {
      badType: 0,
      badLen: 1,
      badVendor: 2,
      badVendorType: 3,
      badOutPort: 4,
      badArgument: 5,
      eperm: 6,
      tooMany: 7,
      badQueue: 8,
    },
  },
  flowModFailed: {
    type: 3,
    codes: { allTablesFull: 0, overlap: 1, eperm: 2, badEmergTimeout: 3, badCommand: 4, unsupported: 5 },
  },
  portModFailed: { type: 4, codes: { badPort: 0, badHwAddr: 1 } },
  queueOpFailed: { type: 5, codes: { badPort: 0, badQueue: 1, eperm: 2 } },
} as const;

const typeNames = Object.fromEntries(Object.entries(errors).map(([name, { type }]) => [name, type]));
const names = new Map<string, string>();
for (const [typeName, { type, codes }] of Object.entries(errors)) {
  for (const [codeName, code] of Object.entries(codes)) names.set(`${type}/${code}`, `${typeName}.${codeName}`);
}

/** `badRequest.badLen` for (1, 6); numbers without a name are shown as they are, `badRequest.77`, `9.1`. */
export function errorName(type: number, code: number): string {
  const known = names.get(`${type}/${code}`);
  if (known !== undefined) return known;
  const typeName = Object.entries(typeNames).find(([, number]) => number === type)?.[0];
  return `${typeName ?? type}.${code}`;
}

/** §5.4.4, ofp_error_msg. `data` is the start (64 bytes or more) of the request at fault, for helloFailed a text. */
export const ErrorBody = struct({ type: labelled(u16, typeNames), code: u16, data: rest });
