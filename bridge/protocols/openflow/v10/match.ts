import { ipv4, mac } from '../../../codec/addresses.ts';
import { bits } from '../../../codec/bits.ts';
import type { Infer } from '../../../codec/codec.ts';
import { EncodeError } from '../../../codec/errors.ts';
import { labelled, u8, u16, u32 } from '../../../codec/numbers.ts';
import { pad } from '../../../codec/raw.ts';
import { struct } from '../../../codec/struct.ts';
import { portNumber } from './port.ts';

/** §5.2.3, ofp_flow_wildcards. `nwSrc` and `nwDst` count ignored low bits: 0 exact, 8 a /24, 32 and more anything. */
export const Wildcards = bits(u32, {
  reserved: 10,
  nwTos: 1,
  dlVlanPcp: 1,
  nwDst: 6,
  nwSrc: 6,
  tpDst: 1,
  tpSrc: 1,
  nwProto: 1,
  dlType: 1,
  dlDst: 1,
  dlSrc: 1,
  dlVlan: 1,
  inPort: 1,
});
export type Wildcards = Infer<typeof Wildcards>;

/** §5.2.3, ofp_match, 40 bytes. A field whose wildcard is set means nothing. */
export const Match = struct({
  wildcards: Wildcards,
  inPort: portNumber,
  dlSrc: mac,
  dlDst: mac,
  dlVlan: labelled(u16, { untagged: 0xffff }),
  dlVlanPcp: u8,
  _1: pad(1),
  dlType: u16,
  nwTos: u8,
  nwProto: u8,
  _2: pad(2),
  nwSrc: ipv4,
  nwDst: ipv4,
  tpSrc: u16,
  tpDst: u16,
});
export type Match = Infer<typeof Match>;

/** What to match, as people write it: a missing field matches anything, `nwSrc` and `nwDst` may be `10.0.1.0/24`. */
export interface MatchFields {
  readonly inPort?: number | undefined;
  readonly dlSrc?: string | undefined;
  readonly dlDst?: string | undefined;
  readonly dlVlan?: number | undefined;
  readonly dlVlanPcp?: number | undefined;
  readonly dlType?: number | undefined;
  readonly nwTos?: number | undefined;
  readonly nwProto?: number | undefined;
  readonly nwSrc?: string | undefined;
  readonly nwDst?: string | undefined;
  readonly tpSrc?: number | undefined;
  readonly tpDst?: number | undefined;
}

const anyMac = '00:00:00:00:00:00';
const anyIpv4 = '0.0.0.0';
const ipv4Bits = 32;

function prefixOf(field: string, text: string | undefined): { readonly address: string; readonly ignored: number } {
  if (text === undefined) return { address: anyIpv4, ignored: ipv4Bits };
  const [address = '', length, ...more] = text.split('/');
  if (length === undefined) return { address, ignored: 0 };
  const prefix = /^\d{1,2}$/.test(length) && more.length === 0 ? Number(length) : ipv4Bits + 1;
  if (prefix > ipv4Bits) throw new EncodeError(`${text} is not an address or a prefix`, field);
  return { address, ignored: ipv4Bits - prefix };
}

/** Sets the wildcards that go with the fields (OF5); throws EncodeError for a bad prefix. */
export function matchOf(fields: MatchFields = {}): Match {
  const nwSrc = prefixOf('nwSrc', fields.nwSrc);
  const nwDst = prefixOf('nwDst', fields.nwDst);
  return {
    wildcards: {
      reserved: 0,
      nwTos: fields.nwTos === undefined,
      dlVlanPcp: fields.dlVlanPcp === undefined,
      nwDst: nwDst.ignored,
      nwSrc: nwSrc.ignored,
      tpDst: fields.tpDst === undefined,
      tpSrc: fields.tpSrc === undefined,
      nwProto: fields.nwProto === undefined,
      dlType: fields.dlType === undefined,
      dlDst: fields.dlDst === undefined,
      dlSrc: fields.dlSrc === undefined,
      dlVlan: fields.dlVlan === undefined,
      inPort: fields.inPort === undefined,
    },
    inPort: fields.inPort ?? 0,
    dlSrc: fields.dlSrc ?? anyMac,
    dlDst: fields.dlDst ?? anyMac,
    dlVlan: fields.dlVlan ?? 0,
    dlVlanPcp: fields.dlVlanPcp ?? 0,
    dlType: fields.dlType ?? 0,
    nwTos: fields.nwTos ?? 0,
    nwProto: fields.nwProto ?? 0,
    nwSrc: nwSrc.address,
    nwDst: nwDst.address,
    tpSrc: fields.tpSrc ?? 0,
    tpDst: fields.tpDst ?? 0,
  };
}

function prefixText(address: string, ignored: number): string | undefined {
  if (ignored >= ipv4Bits) return undefined;
  return ignored === 0 ? address : `${address}/${ipv4Bits - ignored}`;
}

/** The other way: only the fields that a match looks at (OF5). */
export function matchFields(match: Match): MatchFields {
  const { wildcards } = match;
  return {
    ...(wildcards.inPort ? {} : { inPort: match.inPort }),
    ...(wildcards.dlSrc ? {} : { dlSrc: match.dlSrc }),
    ...(wildcards.dlDst ? {} : { dlDst: match.dlDst }),
    ...(wildcards.dlVlan ? {} : { dlVlan: match.dlVlan }),
    ...(wildcards.dlVlanPcp ? {} : { dlVlanPcp: match.dlVlanPcp }),
    ...(wildcards.dlType ? {} : { dlType: match.dlType }),
    ...(wildcards.nwTos ? {} : { nwTos: match.nwTos }),
    ...(wildcards.nwProto ? {} : { nwProto: match.nwProto }),
    ...(wildcards.nwSrc >= ipv4Bits ? {} : { nwSrc: prefixText(match.nwSrc, wildcards.nwSrc) }),
    ...(wildcards.nwDst >= ipv4Bits ? {} : { nwDst: prefixText(match.nwDst, wildcards.nwDst) }),
    ...(wildcards.tpSrc ? {} : { tpSrc: match.tpSrc }),
    ...(wildcards.tpDst ? {} : { tpDst: match.tpDst }),
  };
}
