import type { Lab, LinkImpairments } from '../../contract/lab.ts';

/** What the kernel's netem does; bandwidth is a shaper of its own. */
const needNetem = [
  ['delayMs', 'delay'],
  ['jitterMs', 'jitter'],
  ['lossPercent', 'loss'],
  ['duplicatePercent', 'duplication'],
  ['reorderPercent', 'reordering'],
  ['corruptPercent', 'corruption'],
] as const satisfies readonly (readonly [keyof LinkImpairments, string])[];

/** What a lab needs and Mininet does not have here, a sentence each (RUN9). */
export function mininetLacks(lab: Lab, has: { readonly netem: boolean; readonly iperf: boolean }): string[] {
  return [...(has.netem ? [] : linksWithNetem(lab)), ...(has.iperf ? [] : iperfServers(lab))];
}

function linksWithNetem({ links }: Lab): string[] {
  return links.flatMap(({ a, b, impairments }) => {
    const needed = needNetem.filter(([key]) => (impairments?.[key] ?? 0) > 0).map(([, word]) => word);
    if (needed.length === 0) return [];
    return [`The link ${a.node}–${b.node} needs ${needed.join(', ')}, and this kernel has no netem.`];
  });
}

function iperfServers({ hosts }: Lab): string[] {
  return hosts
    .filter(({ services }) => services?.some(({ kind }) => kind === 'iperf'))
    .map(({ name }) => `${name} serves iperf, and the program is not here: install the package iperf.`);
}
