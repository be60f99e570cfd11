import type { FlowRow, PastFlowRow } from '../../../server/contract/flows.ts';

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

/** An entry of a table of the past, of which little is known. */
export const pastRow = (fields: Partial<PastFlowRow> = {}): PastFlowRow => ({
  ...flowRow({ packets: -2, bytes: -2, packetsDelta: 0, bytesDelta: 0, packetRate: 0, idleLeftS: -2 }),
  isIdleLeftInferred: false,
  confidence: 'inferred',
  basis: 'Added by FLOW_MOD #9 at 1.000 s.',
  doubt: '',
  countedUs: 0,
  createdUs: 1_000_000,
  ...fields,
});
