import type { RuntimeKind } from '../../../server/contract/status.ts';

/** What the page calls a runtime: where it is chosen, where it runs, and what of it is real. */
export const runtimeTexts: Readonly<
  Record<RuntimeKind, { readonly title: string; readonly label: string; readonly text: string; readonly real: string }>
> = {
  mininet: {
    title: 'Mininet',
    label: 'Mininet',
    text: 'Real hosts, real Open vSwitch.',
    real: 'Hosts are Linux network namespaces, links are the kernel’s, the switch is Open vSwitch.',
  },
  emulated: {
    title: 'Emulated',
    label: 'Emulated network',
    text: 'Hosts and switch inside Patchbay. Any system, no root.',
    real: 'Emulated: hosts, links and switches are programs inside Patchbay. Real: OpenFlow and VNS over sockets, the controller, the router’s process, and every packet between them.',
  },
};
