/** What changed about a switch's port. */
export type PortChange = 'added' | 'removed' | 'up' | 'down' | 'changed';

/**
 * The one event map: everything that happens in a bridge, as plain data. `node` is the name of a switch or a router,
 * `peer` says where a connection comes from. Packets are not events: they are in the log.
 */
export interface BridgeEvents {
  'switch:connected': {
    readonly node: string;
    readonly dpid: string;
    readonly peer: string;
    readonly description: string;
    readonly ports: number;
  };
  'switch:disconnected': { readonly node: string; readonly dpid: string; readonly reason: string };
  /** A newer connection of the same datapath took over. */
  'switch:replaced': { readonly node: string; readonly dpid: string; readonly peer: string; readonly previous: string };
  /** An ERROR and the request that caused it; `seq` is the record of the packet when it was a PACKET_OUT, else 0. */
  'switch:error': { readonly node: string; readonly error: string; readonly request: string; readonly seq: number };
  'port:changed': {
    readonly node: string;
    readonly dpid: string;
    readonly port: number;
    readonly name: string;
    readonly change: PortChange;
  };
  'router:connected': { readonly node: string; readonly peer: string; readonly virtualHost: string };
  'router:parked': { readonly node: string; readonly waitsFor: string };
  'router:ready': { readonly node: string; readonly interfaces: readonly string[] };
  /** What HWINFO said is no longer so; it is sent once. */
  'router:stale': { readonly node: string; readonly interfaceName: string; readonly why: string };
  'router:refused': { readonly node: string; readonly peer: string; readonly reason: string };
  'router:disconnected': { readonly node: string; readonly peer: string; readonly reason: string };
  /** Frames for a switch or router find no room (full), or all that waited has gone (drained). */
  'queue:full': { readonly node: string; readonly peer: string };
  'queue:drained': { readonly node: string; readonly peer: string };
  'peer:malformed': { readonly node: string; readonly peer: string; readonly reason: string };
  'peer:refused': { readonly node: string; readonly peer: string; readonly reason: string };
  /** A frame was held at a breakpoint for too long, and dropped; `seq` is its record. */
  'frame:expired': { readonly node: string; readonly seq: number; readonly id: number };
  'fault:began': { readonly node: string; readonly fault: string; readonly what: string };
  'fault:ended': { readonly node: string; readonly fault: string; readonly what: string };
  /** Whoever runs the router's program is to kill it: a fault wants it so. */
  'router:kill': { readonly node: string; readonly fault: string };
  'listener:failed': { readonly address: string; readonly reason: string };
  /** A fault of our own: a listener that threw, events without end. */
  'bridge:fault': { readonly what: string };
}
