import type { CaptureName } from '../../bridge/packet/pcapng/blocks.ts';
import type { Lab } from '../contract/lab.ts';

/** Names of the lab's addresses, as a capture tells them: hosts, and interfaces as `eth1.r0`. */
export function captureNames({ hosts, routers }: Lab): CaptureName[] {
  return [
    ...hosts.map(({ name, address }) => ({ name, address: address.split('/', 1)[0] ?? address })),
    ...routers.flatMap((router) =>
      router.interfaces.map(({ name, address }) => ({ name: `${name}.${router.name}`, address })),
    ),
  ];
}
