import { ipv4Text } from '../../codec/addresses.ts';
import type { Host } from '../host/api.ts';
import type { EmulatedNetwork } from '../network-api.ts';
import type { Files, Programs } from '../program/program.ts';

/** What the tests of a network run with. */
export interface TestContext {
  readonly network: EmulatedNetwork;
  readonly programs: Programs;
  readonly files: (host: Host) => Files;
  readonly wallMs: () => number;
  readonly write: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Of one program; more than ping and iperf ever print. */
export const outputLimitBytes = 64 * 1024;

/** The address that Mininet puts in the place of a host's name: the first of its first interface. */
export function addressOf(host: Host): string | undefined {
  const outer = host.interfaces.filter(({ name }) => name !== 'lo');
  const first = outer[0]?.addresses[0];
  return first === undefined ? undefined : ipv4Text(first.address);
}
