import { ipv4, mac } from '../../../codec/addresses.ts';
import type { Infer } from '../../../codec/codec.ts';
import { labelled, u8, u16, u32 } from '../../../codec/numbers.ts';
import { pad, rest } from '../../../codec/raw.ts';
import { ownLength, struct } from '../../../codec/struct.ts';
import { tagged } from '../../../codec/tagged.ts';
import { portNumber } from './port.ts';

/** §5.2.4, ofp_action_type. */
export const actionTypes = {
  output: 0,
  setVlanVid: 1,
  setVlanPcp: 2,
  stripVlan: 3,
  setDlSrc: 4,
  setDlDst: 5,
  setNwSrc: 6,
  setNwDst: 7,
  setNwTos: 8,
  setTpSrc: 9,
  setTpDst: 10,
  enqueue: 11,
  vendor: 0xffff,
} as const;

const SetMac = struct({ address: mac, _pad: pad(6) });
const SetAddress = struct({ address: ipv4 });
const SetTransport = struct({ port: u16, _pad: pad(2) });

/** §5.2.4, ofp_action_*. `maxLength` counts only for output to the controller; a vendor's body is passed through. */
export const Action = tagged(
  { head: { type: labelled(u16, actionTypes), _length: ownLength(u16) }, tag: 'type' },
  {
    output: [actionTypes.output, struct({ port: portNumber, maxLength: u16 })],
    setVlanVid: [actionTypes.setVlanVid, struct({ vlanVid: u16, _pad: pad(2) })],
    setVlanPcp: [actionTypes.setVlanPcp, struct({ vlanPcp: u8, _pad: pad(3) })],
    stripVlan: [actionTypes.stripVlan, struct({ _pad: pad(4) })],
    setDlSrc: [actionTypes.setDlSrc, SetMac],
    setDlDst: [actionTypes.setDlDst, SetMac],
    setNwSrc: [actionTypes.setNwSrc, SetAddress],
    setNwDst: [actionTypes.setNwDst, SetAddress],
    setNwTos: [actionTypes.setNwTos, struct({ nwTos: u8, _pad: pad(3) })],
    setTpSrc: [actionTypes.setTpSrc, SetTransport],
    setTpDst: [actionTypes.setTpDst, SetTransport],
    enqueue: [actionTypes.enqueue, struct({ port: portNumber, _pad: pad(6), queueId: u32 })],
    vendor: [actionTypes.vendor, struct({ vendor: u32, body: rest })],
  },
);
export type Action = Infer<typeof Action>;
