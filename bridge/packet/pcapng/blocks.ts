/** Numbers of pcapng (draft-ietf-opsawg-pcapng): block types §4, option codes beside the block that they belong to. */
export const blockTypes = {
  section: 0x0a0d0d0a,
  interface: 1,
  /** Obsolete; old files have it. */
  packet: 2,
  simplePacket: 3,
  names: 4,
  statistics: 5,
  enhancedPacket: 6,
} as const;

export const optionCodes = {
  end: 0,
  /** Of every block. */
  comment: 1,
  sectionApplication: 4,
  interfaceName: 2,
  interfaceDescription: 3,
  interfaceResolution: 9,
  interfaceOffset: 14,
  packetFlags: 2,
  statisticsStart: 2,
  statisticsEnd: 3,
  statisticsReceived: 4,
} as const;

export const nameTypes = { end: 0, ipv4: 1, ipv6: 2 } as const;

export const byteOrderMagic = 0x1a2b3c4d;
/** Type, length, and length again. */
export const blockFrameBytes = 12;
/** Link type of Ethernet. */
export const ethernet = 1;

/** An interface that frames were captured at. */
export interface CaptureInterface {
  /** '' when the file does not say. */
  readonly name: string;
  readonly description: string;
  /** 1 is Ethernet (the registry of link types of tcpdump.org). */
  readonly linkType: number;
  /** Bytes kept of a frame at most; 0 is no limit. */
  readonly snapLength: number;
}
export interface CaptureName {
  /** IPv4 or IPv6 as text. */
  readonly address: string;
  readonly name: string;
}
/** As seen from the interface; `unknown` when the file does not say. */
export type Direction = 'unknown' | 'in' | 'out';
export const directions: readonly Direction[] = ['unknown', 'in', 'out'];
