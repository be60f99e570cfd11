/** How a transport of a host sends: routing, fragmentation, ARP and loopback are behind it. */
export interface IpOutput {
  /**
   * Sends one IP packet of `payload`; the transport's checksum is in it. Source 0 takes the address of the route's interface.
   * Throws HostError ENETUNREACH, ENETDOWN, EMSGSIZE (don't fragment, and too long).
   */
  send(packet: {
    readonly source: number;
    readonly destination: number;
    readonly protocol: number;
    readonly payload: Uint8Array;
    readonly ttl?: number;
    readonly tos?: number;
    readonly dontFragment?: boolean;
    /** Out of this interface, whatever the routes say (broadcasts of a DHCP client). */
    readonly interface?: string;
  }): void;
  /** The source address that a packet to `destination` gets. Throws HostError ENETUNREACH. */
  sourceFor(destination: number): number;
  /** Of the interface on the way, lowered by what ICMP said (RFC 1191). Throws HostError ENETUNREACH. */
  mtuFor(destination: number): number;
  isLocal(address: number): boolean;
}
