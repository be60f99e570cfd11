import { parseIpv4, parseMac } from '../../codec/addresses.ts';
import type { Action } from '../../protocols/openflow/v10/action.ts';
import { portNumbers } from '../../protocols/openflow/v10/port.ts';
import { type FlowFault, termsOf, wholeNumber } from './fault.ts';

/** Ports that an entry may send to by name. TABLE is for PACKET_OUTs only. */
const reserved: Readonly<Record<string, number>> = {
  in_port: portNumbers.InPort,
  normal: portNumbers.Normal,
  flood: portNumbers.Flood,
  all: portNumbers.All,
  controller: portNumbers.Controller,
  local: portNumbers.Local,
};
const wholePackets = 0xffff;
const queues = 0xffff_ffff;

type Read = (value: string) => Action | undefined;
interface Verb {
  readonly read: Read;
  readonly expected: string;
}

const ofNumber =
  (max: number, make: (number: number) => Action, min = 0): Read =>
  (text) => {
    const number = wholeNumber(text, min, max);
    return number === undefined ? undefined : make(number);
  };
const mac = (kind: 'setDlSrc' | 'setDlDst'): Verb => ({
  read: (address) => (parseMac(address) === undefined ? undefined : { kind, address: address.toLowerCase() }),
  expected: 'a hardware address as 02:00:00:00:00:01',
});
const address = (kind: 'setNwSrc' | 'setNwDst'): Verb => ({
  read: (text) => (parseIpv4(text) === undefined ? undefined : { kind, address: text }),
  expected: 'an address as 10.0.1.1',
});
const transport = (kind: 'setTpSrc' | 'setTpDst'): Verb => ({
  read: ofNumber(0xffff, (port) => ({ kind, port })),
  expected: 'a number, 0 to 65535',
});

const verbs: Readonly<Record<string, Verb>> = {
  set_vlan_vid: {
    read: ofNumber(0x0fff, (vlanVid) => ({ kind: 'setVlanVid', vlanVid })),
    expected: 'a VLAN, 0 to 4095',
  },
  set_vlan_pcp: { read: ofNumber(7, (vlanPcp) => ({ kind: 'setVlanPcp', vlanPcp })), expected: 'a priority, 0 to 7' },
  set_dl_src: mac('setDlSrc'),
  set_dl_dst: mac('setDlDst'),
  set_nw_src: address('setNwSrc'),
  set_nw_dst: address('setNwDst'),
  set_nw_tos: {
    read: (text) => {
      const nwTos = wholeNumber(text, 0, 0xfc);
      return nwTos === undefined || nwTos % 4 !== 0 ? undefined : { kind: 'setNwTos', nwTos };
    },
    expected: 'a TOS byte without its two ECN bits, 0 to 252 in steps of 4',
  },
  set_tp_src: transport('setTpSrc'),
  set_tp_dst: transport('setTpDst'),
};
/** Every word that begins an action, for completion. */
export const actionWordNames: readonly string[] = [
  'output:',
  ...Object.keys(reserved),
  'drop',
  'strip_vlan',
  ...Object.keys(verbs).map((verb) => `${verb}:`),
  'enqueue:',
];

/** `flood` for 0xfffb, `3` for 3. */
export const portText = (port: number): string =>
  Object.entries(reserved).find(([, number]) => number === port)?.[0] ?? String(port);

/** An action as it is written: `set_dl_dst:02:00:00:00:00:01`, `output:2`. */
export function actionText(action: Action): string {
  switch (action.kind) {
    case 'output':
      if (action.port !== portNumbers.Controller)
        return action.port <= portNumbers.Max ? `output:${action.port}` : portText(action.port);
      return action.maxLength === wholePackets ? 'controller' : `controller:${action.maxLength}`;
    case 'setVlanVid':
      return `set_vlan_vid:${action.vlanVid}`;
    case 'setVlanPcp':
      return `set_vlan_pcp:${action.vlanPcp}`;
    case 'stripVlan':
      return 'strip_vlan';
    case 'setDlSrc':
    case 'setDlDst':
    case 'setNwSrc':
    case 'setNwDst':
      return `${wordOf(action.kind)}:${action.address}`;
    case 'setNwTos':
      return `set_nw_tos:${action.nwTos}`;
    case 'setTpSrc':
    case 'setTpDst':
      return `${wordOf(action.kind)}:${action.port}`;
    case 'enqueue':
      return `enqueue:${portText(action.port)}:${action.queueId}`;
    case 'vendor':
      return `vendor:0x${action.vendor.toString(16)}`;
    default:
      return `unknown:${action.tag}`;
  }
}

/** A list of actions; none is `drop`. */
export const actionsText = (actions: readonly Action[]): string =>
  actions.length === 0 ? 'drop' : actions.map(actionText).join(',');

const wordOf = (kind: string): string => kind.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * Reads `set_dl_dst:02:00:00:00:00:01, output:2`, as ovs-ofctl writes them (its `mod_` for `set_` too). `ports` are those
 * that the switch has; without them any number may be one.
 */
export function parseActions(
  text: string,
  ports?: ReadonlySet<number>,
): { readonly actions: readonly Action[]; readonly faults: readonly FlowFault[] } {
  const actions: Action[] = [];
  const faults: FlowFault[] = [];
  const terms = termsOf(text);
  const portExpected = `a port${ports === undefined ? '' : ` of the switch (${[...ports].sort((a, b) => a - b).join(', ') || 'it has none'})`} or ${Object.keys(reserved).join(', ')}`;
  const portOf = (value: string): number | undefined => {
    const port = reserved[value.toLowerCase()] ?? wholeNumber(value, 1, portNumbers.Max);
    return port !== undefined && port <= portNumbers.Max && ports?.has(port) === false ? undefined : port;
  };
  for (const { text: term, start, end } of terms) {
    const colon = term.search(/[:=]/);
    const name = (colon < 0 ? term : term.slice(0, colon)).toLowerCase().replace(/^mod_/, 'set_');
    const value = colon < 0 ? '' : term.slice(colon + 1);
    const fault = (expected: string, got: string, field = name): void => {
      faults.push({ part: 'actions', field, expected, got, start, end });
    };
    const verb = verbs[name];
    if (name === 'drop') {
      if (terms.length > 1) fault('drop to stand alone: without actions a frame is dropped', '');
    } else if (name === 'strip_vlan') actions.push({ kind: 'stripVlan' });
    else if (name === 'controller') {
      const maxLength = value === '' ? wholePackets : wholeNumber(value, 0, wholePackets);
      if (maxLength === undefined) fault('how many bytes to send, 0 to 65535', value);
      else actions.push({ kind: 'output', port: portNumbers.Controller, maxLength });
    } else if (name === 'enqueue') {
      const [port = '', queue = ''] = value.split(':');
      const number = portOf(port);
      const queueId = wholeNumber(queue, 0, queues);
      if (number === undefined) fault(portExpected, port);
      else if (queueId === undefined) fault('a queue behind the port, as enqueue:1:0', queue);
      else actions.push({ kind: 'enqueue', port: number, queueId });
    } else if (verb !== undefined) {
      const action = verb.read(value);
      if (action === undefined) fault(verb.expected, value);
      else actions.push(action);
    } else if (name === 'output' || (colon < 0 && portOf(name) !== undefined)) {
      const port = portOf(name === 'output' ? value : name);
      const maxLength = port === portNumbers.Controller ? wholePackets : 0;
      if (port === undefined) fault(portExpected, value);
      else actions.push({ kind: 'output', port, maxLength });
    } else fault(`an action as output:2, flood, controller, drop, ${Object.keys(verbs)[2]}:…`, term);
  }
  if (terms.length === 0) {
    faults.push({ part: 'actions', field: '', expected: 'at least one action, or drop', got: '', start: 0, end: 0 });
  }
  return { actions, faults };
}
