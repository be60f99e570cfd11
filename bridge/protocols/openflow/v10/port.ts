import { mac } from '../../../codec/addresses.ts';
import type { Infer } from '../../../codec/codec.ts';
import { flags, labelled, u16, u32 } from '../../../codec/numbers.ts';
import { struct } from '../../../codec/struct.ts';
import { text } from '../../../codec/text.ts';

/** §5.2.1, ofp_port: numbers that do not mean a physical port. */
export const portNumbers = {
  Max: 0xff00,
  InPort: 0xfff8,
  Table: 0xfff9,
  Normal: 0xfffa,
  Flood: 0xfffb,
  All: 0xfffc,
  Controller: 0xfffd,
  Local: 0xfffe,
  None: 0xffff,
} as const;

/** A port stays a number in values; spans carry the name of a reserved one. */
export const portNumber = labelled(u16, portNumbers);

/** §5.2.1, ofp_port_config. */
const portConfigBits = {
  portDown: 1 << 0,
  noStp: 1 << 1,
  noRecv: 1 << 2,
  noRecvStp: 1 << 3,
  noFlood: 1 << 4,
  noFwd: 1 << 5,
  noPacketIn: 1 << 6,
} as const;
export const portConfig = flags(u32, portConfigBits);

/** §5.2.1, ofp_port_state: `linkDown` is a bit, the spanning tree state is the two bits 8 and 9 (0x300). */
const portState = flags(u32, { linkDown: 1 << 0, stpLearn: 1 << 8, stpForward: 2 << 8 });

/** §5.2.1, ofp_port_features. */
export const portFeatures = flags(u32, {
  tenMbHalf: 1 << 0,
  tenMbFull: 1 << 1,
  hundredMbHalf: 1 << 2,
  hundredMbFull: 1 << 3,
  oneGbHalf: 1 << 4,
  oneGbFull: 1 << 5,
  tenGbFull: 1 << 6,
  copper: 1 << 7,
  fiber: 1 << 8,
  autoneg: 1 << 9,
  pause: 1 << 10,
  pauseAsym: 1 << 11,
});

/** §5.2.1, ofp_phy_port. */
export const PhysicalPort = struct({
  number: portNumber,
  mac,
  name: text(16, 15),
  config: portConfig,
  state: portState,
  current: portFeatures,
  advertised: portFeatures,
  supported: portFeatures,
  peer: portFeatures,
});
export type PhysicalPort = Infer<typeof PhysicalPort>;
