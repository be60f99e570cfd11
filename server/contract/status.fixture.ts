import type { LabStatus, RouterProcess } from './status.ts';

/** A running lab in which there is nothing and nothing has happened. */
export const bareStatus: LabStatus = {
  lab: 'lab',
  phase: 'running',
  runtime: 'mininet',
  startedMs: 0,
  chips: [],
  switches: [],
  routers: [],
  hosts: [],
  vns: { host: '127.0.0.1', port: 8888 },
  openflow: '',
  terminals: [],
  counters: {
    logged: 0,
    forgotten: 0,
    packetsIn: 0,
    packetsOut: 0,
    packetsPerSecond: 0,
    drops: {},
    dispatchP50Us: 0,
    dispatchP99Us: 0,
  },
  viewers: 0,
  notes: [],
};

/** The reference router's program, which runs and has done nothing. */
export const bareProcess: RouterProcess = {
  state: 'running',
  choice: { kind: 'reference' },
  command: './sr',
  pid: 1,
  startedMs: 0,
  stopped: false,
  packetsRouted: 0,
};
