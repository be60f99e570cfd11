export type * from './api.ts';
export type * from './emulator/config.ts';
export type * from './emulator/driver/api.ts';
// biome-ignore lint/performance/noBarrelFile: the one door into the bridge
export { startEmulator } from './emulator/driver/host.ts';
export { linkPoints } from './emulator/driver/link-points.ts';
export { parseTopology, TopologyError } from './emulator/topo.ts';
export type { Impairments } from './emulator/wire.ts';
export type * from './handle.ts';
export { type StartOptions, startBridge } from './host.ts';
export { RingWriter, type SharedRing } from './trace/points/point-ring.ts';
export type * from './trace/points/point-source.ts';
export type * from './workbench/fault/fault.ts';
export type * from './workbench/hold/hold.ts';
export type * from './workbench/inject/inject.ts';
export type * from './workbench/interventions.ts';
export * from './workbench/method.ts';
export type * from './workbench/methods.ts';
export type * from './workbench/stages.ts';
