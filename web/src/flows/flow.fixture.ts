import type { FlowRow } from '../../../server/contract/flows.ts';

/** An entry of a table, for tests. */
export const flowRow = (fields: Partial<FlowRow> = {}): FlowRow => ({
  id: '0/7/in_port=1',
  table: 0,
  priority: 7,
  match: [{ field: 'inPort', name: 'in_port', text: '1' }],
  matchText: 'in_port=1',
  actions: ['output:2'],
  actionsText: 'output:2',
  packets: 30,
  bytes: 1800,
  packetsDelta: 20,
  bytesDelta: 1200,
  packetRate: 10,
  isNew: false,
  ageS: 7,
  idleTimeoutS: 10,
  hardTimeoutS: 0,
  idleLeftS: 9,
  isIdleLeftInferred: true,
  hardLeftS: -1,
  cookie: '0x000000000000002a',
  ...fields,
});
