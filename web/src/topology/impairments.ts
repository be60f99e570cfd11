import type { LinkImpairments } from '../../../server/contract/lab.ts';

/** What a link does to frames, in words (MAP8). */

type Fact = readonly [label: string, value: string];

const shares = [
  ['lossPercent', 'Loss', 'loss'],
  ['corruptPercent', 'Corrupted', 'corrupted'],
  ['duplicatePercent', 'Duplicated', 'twice'],
  ['reorderPercent', 'Reordered', 'reordered'],
] as const satisfies readonly (readonly [keyof LinkImpairments, string, string])[];

const delayText = ({ delayMs = 0, jitterMs = 0 }: LinkImpairments): string =>
  jitterMs > 0 ? `${delayMs} ms ± ${jitterMs} ms` : `${delayMs} ms`;

/** Label and value, one for each thing that the link does; none for a link that only carries. */
export function impairmentFacts(link: LinkImpairments | undefined): Fact[] {
  if (link === undefined) return [];
  const { bandwidthMbps, queueFrames, delayMs = 0 } = link;
  return [
    ...shares.flatMap(([key, label]): Fact[] => ((link[key] ?? 0) > 0 ? [[label, `${link[key]} %`]] : [])),
    ...(delayMs > 0 ? [['Delay', delayText(link)] as const] : []),
    ...(bandwidthMbps === undefined ? [] : [['Bandwidth', `${bandwidthMbps} Mbit/s`] as const]),
    ...(queueFrames === undefined ? [] : [['Queue', `${queueFrames} frames`] as const]),
  ];
}

/** The badge on the map: the worst of it, and how much more there is; undefined for a link that only carries. */
export function impairmentBadge(link: LinkImpairments | undefined): string | undefined {
  if (link === undefined) return undefined;
  const all = [
    ...shares.flatMap(([key, , word]) => ((link[key] ?? 0) > 0 ? [`${link[key]} % ${word}`] : [])),
    ...((link.delayMs ?? 0) > 0 ? [`${link.delayMs} ms`] : []),
    ...(link.bandwidthMbps === undefined ? [] : [`${link.bandwidthMbps} Mbit/s`]),
  ];
  return all.length > 1 ? `${all[0]} +${all.length - 1}` : all[0];
}
