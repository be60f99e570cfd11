import type { SpanNames } from './spans.ts';

/** Wireshark's names, where its value is the same as ours; named values have names of their own. */
export const openflowNames: SpanNames = {
  prefix: 'openflow',
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
    cookie: 'openflow.cookie',
    priority: 'openflow.priority',
  },
};
