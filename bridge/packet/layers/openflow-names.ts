import type { SpanNames } from './spans.ts';

const labels = {
  xid: 'Transaction',
  datapathId: 'Datapath',
  dlSrc: 'Ethernet source',
  dlDst: 'Ethernet destination',
  dlVlan: 'VLAN',
  dlVlanPcp: 'VLAN priority',
  dlType: 'EtherType',
  nwTos: 'IP type of service',
  nwProto: 'IP protocol',
  nwSrc: 'IP source',
  nwDst: 'IP destination',
  tpSrc: 'Source port',
  tpDst: 'Destination port',
  mac: 'Hardware address',
} as const;

/** Wireshark's names where its value is the same as ours; named values and flags have names of their own. */
export const openflow10Names: SpanNames = {
  prefix: 'of',
  labels,
  names: {
    version: 'openflow.version',
    type: 'openflow_1_0.type',
    length: 'openflow.length',
    xid: 'openflow.xid',
    datapathId: 'openflow.datapath_id',
    buffers: 'openflow.n_buffers',
    tables: 'openflow.n_tables',
    missSendLength: 'openflow.miss_send_len',
    bufferId: 'openflow.buffer_id',
    totalLength: 'openflow.total_len',
    inPort: 'openflow.in_port',
    'match.inPort': 'openflow.in_port',
    'match.dlSrc': 'openflow.eth_src',
    'match.dlDst': 'openflow.eth_dst',
    'match.dlVlan': 'openflow.dl_vlan',
    'match.dlVlanPcp': 'openflow.dl_vlan_pcp',
    'match.dlType': 'openflow.ofp_match.dl_type',
    'match.nwTos': 'openflow.ofp_match.tos',
    'match.nwProto': 'openflow.ofp_match.nw_proto',
    'match.nwSrc': 'openflow.ofp_match.source_addr',
    'match.nwDst': 'openflow.ofp_match.dest_addr',
    'match.tpSrc': 'openflow.ofp_match.source_port',
    'match.tpDst': 'openflow.ofp_match.dest_port',
    cookie: 'openflow.cookie',
    idleTimeoutS: 'openflow.idle_timeout',
    hardTimeoutS: 'openflow.hard_timeout',
    priority: 'openflow.priority',
    'actions.type': 'openflow.action_typ',
    'actions.length': 'openflow.action_len',
    'ports.port': 'openflow.port_no',
    'ports.number': 'openflow.port_no',
    'ports.mac': 'openflow.hw_add',
    'ports.name': 'openflow.port_name',
  },
};

/** Of other versions only the header is shown. */
export const openflowNames: SpanNames = { prefix: 'of', labels, names: {} };
