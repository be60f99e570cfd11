/** The protocols that have a shape of their own; everything else is drawn as `other`. */
export type ProtoShape = 'arp' | 'icmp' | 'icmp-error' | 'tcp' | 'udp' | 'openflow' | 'other';

/** Name of a shape, for legends and labels. */
export const protoNames: Readonly<Record<ProtoShape, string>> = {
  arp: 'ARP',
  icmp: 'ICMP',
  'icmp-error': 'ICMP error',
  tcp: 'TCP',
  udp: 'UDP',
  openflow: 'OpenFlow',
  other: 'Other',
};

/** Outline of a shape around the origin with about radius `r`: a protocol is a shape first, a colour second. */
export function protoPath(shape: ProtoShape, r: number): string {
  const n = (value: number) => String(Math.round(value * 100) / 100);
  const points = (...at: (readonly [number, number])[]) =>
    `M${at.map(([x, y]) => `${n(x * r)} ${n(y * r)}`).join('L')}z`;
  switch (shape) {
    case 'arp':
      return points([0, -1.15], [1.15, 0], [0, 1.15], [-1.15, 0]);
    case 'icmp-error':
      return points([0, -1.1], [1.15, 0.95], [-1.15, 0.95]);
    case 'tcp':
      return points([-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]);
    case 'udp':
      return points([0, 1.1], [1.15, -0.95], [-1.15, -0.95]);
    case 'openflow':
      return points([0.525, -0.91], [1.05, 0], [0.525, 0.91], [-0.525, 0.91], [-1.05, 0], [-0.525, -0.91]);
    case 'other':
      return points([-1, -0.35], [1, -0.35], [1, 0.35], [-1, 0.35]);
    case 'icmp':
      return `M${n(-r)} 0a${n(r)} ${n(r)} 0 1 0 ${n(2 * r)} 0a${n(r)} ${n(r)} 0 1 0 ${n(-2 * r)} 0z`;
  }
}

/** The glyph of a protocol, with its name for those who do not see it unless a label stands beside it. */
export function ProtoGlyph({ shape, radius = 4.5, label }: { shape: ProtoShape; radius?: number; label?: string }) {
  const edge = radius * 1.25;
  return (
    <svg
      className={`proto-glyph proto-${shape}`}
      width={edge * 2}
      height={edge * 2}
      viewBox={`${-edge} ${-edge} ${edge * 2} ${edge * 2}`}
      role="img"
      aria-label={label}
      aria-hidden={label === undefined}
    >
      <path d={protoPath(shape, radius)} />
    </svg>
  );
}
