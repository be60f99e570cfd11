export type * from './api.ts';
// biome-ignore lint/performance/noBarrelFile: the one door into the bridge
export { type StartOptions, startBridge } from './host.ts';
