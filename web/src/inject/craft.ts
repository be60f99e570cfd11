import {
  BuildError,
  buildFrame,
  type FrameSpec,
  type TcpFlag,
  type TransportSpec,
} from '../../../bridge/packet/build.ts';
import type { Lab } from '../../../server/contract/lab.ts';
import type { LabStatus } from '../../../server/contract/status.ts';
import { bytesOfHex } from '../ui/hex-editor.tsx';

export type CraftKind = 'arp' | 'icmp' | 'udp' | 'tcp';

/** What stands in the form, as it was typed. */
export interface CraftForm {
  readonly kind: CraftKind;
  readonly ethDst: string;
  readonly ethSrc: string;
  /** '' without a tag. */
  readonly vlan: string;
  readonly operation: 'request' | 'reply';
  readonly senderMac: string;
  readonly senderIp: string;
  readonly targetMac: string;
  readonly targetIp: string;
  readonly ipSrc: string;
  readonly ipDst: string;
  readonly ttl: string;
  readonly ipId: string;
  readonly icmpType: string;
  readonly icmpCode: string;
  readonly icmpIdent: string;
  readonly icmpSeq: string;
  readonly srcPort: string;
  readonly dstPort: string;
  readonly tcpSeq: string;
  readonly tcpAck: string;
  readonly flags: readonly TcpFlag[];
  readonly window: string;
  readonly payload: string;
  readonly payloadIs: 'text' | 'hex';
}

const made = '02:00:00:00:00:01';

/** Where that host's packets come in: the last host's port. */
export function firstPort(lab: Lab): { readonly node: string; readonly port: number } | undefined {
  const own = lab.hosts.at(-1)?.name;
  for (const { a, b } of lab.links) {
    const end = a.node === own ? b : b.node === own ? a : undefined;
    if (end?.port !== undefined) return { node: end.node, port: end.port };
  }
  return undefined;
}

/** A first form that makes sense in the lab: the last host pings the first through the router, else directly. */
export function firstForm(lab: Lab, status: LabStatus | undefined): CraftForm {
  const address = (at: number): string => lab.hosts[at]?.address.split('/')[0] ?? '';
  const [own, other] = [lab.hosts.length - 1, 0];
  const ownMac = lab.hosts[own]?.mac ?? made;
  const port = firstPort(lab)?.port;
  const router = status?.routers[0]?.interfaces.find((each) => each.port === port);
  return {
    ...{ kind: 'icmp', ethDst: router?.mac === undefined || router.mac === '' ? 'ff:ff:ff:ff:ff:ff' : router.mac },
    ...{ ethSrc: ownMac, vlan: '', operation: 'request', senderMac: ownMac, senderIp: address(own) },
    ...{ targetMac: '00:00:00:00:00:00', targetIp: router?.address ?? address(other) },
    ...{ ipSrc: address(own), ipDst: address(other), ttl: '64', ipId: '1' },
    ...{ icmpType: '8', icmpCode: '0', icmpIdent: '1', icmpSeq: '1', srcPort: '40000', dstPort: '80' },
    ...{ tcpSeq: '1', tcpAck: '0', flags: ['syn'], window: '64240', payload: 'made by hand', payloadIs: 'text' },
  };
}

/** The frame that the form says, or a sentence about what is none (INJECT1). */
export function craft(
  form: CraftForm,
): { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly why: string } {
  const payload = payloadOf(form);
  if (payload === undefined) return { ok: false, why: 'The payload is not hex: two digits a byte.' };
  const vlan = form.vlan.trim() === '' ? undefined : { id: number(form.vlan), priority: 0 };
  const eth = { dst: form.ethDst.trim(), src: form.ethSrc.trim() };
  try {
    const bytes = buildFrame({ eth, vlan, layer: layerOf(form, payload) });
    return { ok: true, bytes };
  } catch (error) {
    if (error instanceof BuildError) return { ok: false, why: `${error.message}.` };
    throw error;
  }
}

/** NaN for what is no number: the frame's own rules then say what was expected. */
const number = (text: string): number => (/^(\d+|0x[0-9a-f]+)$/i.test(text.trim()) ? Number(text) : Number.NaN);

function payloadOf({ payload, payloadIs }: CraftForm): Uint8Array | undefined {
  if (payload.trim() === '') return new Uint8Array(0);
  return payloadIs === 'text' ? new TextEncoder().encode(payload) : bytesOfHex(payload);
}

function layerOf(form: CraftForm, payload: Uint8Array): FrameSpec['layer'] {
  if (form.kind === 'arp') {
    const { operation, senderMac, senderIp, targetMac, targetIp } = form;
    return {
      ...{ kind: 'arp', operation, senderMac: senderMac.trim(), senderIp: senderIp.trim() },
      ...{ targetMac: targetMac.trim(), targetIp: targetIp.trim() },
    };
  }
  return {
    ...{ kind: 'ipv4', src: form.ipSrc.trim(), dst: form.ipDst.trim(), ttl: number(form.ttl), id: number(form.ipId) },
    ...{ dontFragment: false, transport: transportOf(form, form.kind), payload },
  };
}

function transportOf(form: CraftForm, kind: 'icmp' | 'udp' | 'tcp'): TransportSpec {
  if (kind === 'icmp')
    return {
      ...{ kind, type: number(form.icmpType), code: number(form.icmpCode) },
      ...{ ident: number(form.icmpIdent), seq: number(form.icmpSeq) },
    };
  const ports = { srcPort: number(form.srcPort), dstPort: number(form.dstPort) };
  if (kind === 'udp') return { kind, ...ports };
  return {
    ...{ kind, ...ports, seq: number(form.tcpSeq), ack: number(form.tcpAck) },
    ...{ flags: form.flags, window: number(form.window) },
  };
}

/** Addresses that the lab knows, to be offered while typing. */
export function offersOf(
  lab: Lab,
  status: LabStatus | undefined,
): {
  readonly macs: readonly { readonly value: string; readonly label: string }[];
  readonly ips: readonly { readonly value: string; readonly label: string }[];
} {
  const interfaces = (status?.routers ?? []).flatMap(({ name, interfaces: its }) =>
    its.map((each) => ({ ...each, label: `${name} ${each.name}` })),
  );
  return {
    macs: [
      { value: 'ff:ff:ff:ff:ff:ff', label: 'broadcast' },
      ...interfaces.flatMap(({ mac, label }) => (mac === '' ? [] : [{ value: mac, label }])),
    ],
    ips: [
      ...lab.hosts.map(({ name, address }) => ({ value: address.split('/')[0] ?? '', label: name })),
      ...interfaces.map(({ address, label }) => ({ value: address, label })),
    ],
  };
}
