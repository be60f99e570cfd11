import { ipv4, mac } from '../../codec/addresses.ts';
import type { Infer } from '../../codec/codec.ts';
import { slot } from '../../codec/list.ts';
import { labelled, u32 } from '../../codec/numbers.ts';
import { struct } from '../../codec/struct.ts';
import { tagged } from '../../codec/tagged.ts';
import { text } from '../../codec/text.ts';

/** Keys of HWINFO entries. Some clients call 2 "static"; a client ignores the keys that it does not know. */
const hardwareKeys = { name: 1, speed: 2, subnet: 4, mac: 32, address: 64, mask: 128 } as const;

/** Longest interface name: clients keep it in 16 bytes with a final NUL. */
export const maxInterfaceName = 15;

const Address = struct({ value: ipv4 });

/** One entry of HWINFO: a key and 32 bytes that begin with its value (VNS5). */
export const HardwareEntry = slot(
  36,
  tagged(
    { head: { key: labelled(u32, hardwareKeys) }, tag: 'key' },
    {
      name: [hardwareKeys.name, struct({ value: text(32, maxInterfaceName) })],
      speed: [hardwareKeys.speed, struct({ value: u32 })],
      subnet: [hardwareKeys.subnet, Address],
      mac: [hardwareKeys.mac, struct({ value: mac })],
      address: [hardwareKeys.address, Address],
      mask: [hardwareKeys.mask, Address],
    },
  ),
);
export type HardwareEntry = Infer<typeof HardwareEntry>;

/** An interface as people think of it. `speed` and `subnet` are 0 and 0.0.0.0 in the classic labs. */
export interface HardwareInterface {
  readonly name: string;
  readonly speed: number;
  readonly mac: string;
  readonly address: string;
  readonly subnet: string;
  readonly mask: string;
  /** Entries with keys that this project does not know. */
  readonly others: readonly HardwareEntry[];
}

const unset = { speed: 0, mac: '00:00:00:00:00:00', address: '0.0.0.0', subnet: '0.0.0.0', mask: '0.0.0.0' } as const;

/** The six entries of each interface in the order that routers rely on, the name first (VNS5), then unknown ones. */
export function hardwareEntries(interfaces: readonly Omit<HardwareInterface, 'others'>[]): readonly HardwareEntry[];
export function hardwareEntries(interfaces: readonly HardwareInterface[]): readonly HardwareEntry[];
export function hardwareEntries(
  interfaces: readonly (Omit<HardwareInterface, 'others'> & Partial<HardwareInterface>)[],
): readonly HardwareEntry[] {
  return interfaces.flatMap((one): readonly HardwareEntry[] => [
    { kind: 'name', value: one.name },
    { kind: 'speed', value: one.speed },
    { kind: 'mac', value: one.mac },
    { kind: 'address', value: one.address },
    { kind: 'subnet', value: one.subnet },
    { kind: 'mask', value: one.mask },
    ...(one.others ?? []),
  ]);
}

/** The other way, as a router reads it: a name begins an interface, the rest describes the last one begun (VNS5). */
export function hardwareInterfaces(entries: readonly HardwareEntry[]): readonly HardwareInterface[] {
  const interfaces: HardwareInterface[] = [];
  for (const entry of entries) {
    const last = interfaces.at(-1);
    if (entry.kind === 'name') interfaces.push({ ...unset, name: entry.value, others: [] });
    // What stands before the first name describes nothing.
    else if (last !== undefined) interfaces[interfaces.length - 1] = described(last, entry);
  }
  return interfaces;
}

function described(
  one: HardwareInterface,
  entry: Exclude<HardwareEntry, { readonly kind: 'name' }>,
): HardwareInterface {
  if (entry.kind === 'unknown') return { ...one, others: [...one.others, entry] };
  return { ...one, [entry.kind]: entry.value };
}
