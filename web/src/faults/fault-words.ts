import type { Lab } from '../../../server/contract/lab.ts';
import type { FaultEffect, FaultInfo, FaultSpec } from '../state/interventions.ts';
import { faultPlaceId, faultPlaces } from '../state/places.ts';
import { plural } from '../state/text.ts';

const seconds = (ms: number): string => `${ms / 1000} s`;

/** What a fault does, before and behind the packets that it does it to. */
function effectWords(what: FaultEffect): readonly [before: string, behind: string] {
  switch (what.kind) {
    case 'lose':
      return ['Loses', ''];
    case 'delay':
      return ['Delays', `by ${what.ms} ms${what.jitterMs > 0 ? ` ± ${what.jitterMs} ms` : ''}`];
    case 'duplicate':
      return ['Doubles', ''];
    case 'reorder':
      return ['Puts', `behind ${plural(what.behind, 'other')}`];
    case 'corrupt':
      return [what.bit === undefined ? 'Flips a bit of' : `Flips bit ${what.bit} of`, ''];
    case 'rate-limit':
      return ['Limits', `to ${what.kbitPerSecond} kbit/s`];
    case 'stall':
      return ['Holds up', `for ${seconds(what.ms)}`];
    case 'disconnect':
      return ['Cuts the OpenFlow connection', ''];
    case 'kill':
      return ['Kills the program', ''];
  }
}

const ordinal = (n: number): string => {
  const ending = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${ending}`;
};

/** Which packets it hits: `the 3rd of arp.opcode == 2`. */
export function choiceText({ filter, nth, every, share }: FaultSpec['which']): string {
  const of = filter === '' ? 'packet' : `packet of ${filter}`;
  if (nth !== undefined) return `the ${ordinal(nth)} ${of}`;
  if (every !== undefined) return every === 1 ? `every ${of}` : `every ${ordinal(every)} ${of}`;
  if (share !== undefined) return `${Math.round(share * 1000) / 10} % of ${filter === '' ? 'packets' : filter}`;
  return filter === '' ? 'every packet' : `every ${of}`;
}

const wayWords = { in: ', towards the router', out: ', away from the router', both: '' };

/** Where it acts, by the lab's names. */
export function whereText(where: FaultSpec['where'], lab: Lab | undefined): string {
  const id = faultPlaceId(where);
  const named = lab === undefined ? undefined : faultPlaces(lab).find((each) => each.id === id);
  return (named?.label ?? id) + wayWords[where.direction];
}

/** The fault in one sentence without its place. */
export function faultText({ what, which }: Pick<FaultSpec, 'what' | 'which'>): string {
  const [before, behind] = effectWords(what);
  if (what.kind === 'disconnect' || what.kind === 'kill') return before;
  return [before, choiceText(which), behind].filter((text) => text !== '').join(' ');
}

/** When it begins and ends, '' for now and until it is removed. */
export function whenText({ afterMs, forMs }: FaultSpec['when']): string {
  return [afterMs > 0 ? `after ${seconds(afterMs)}` : '', forMs > 0 ? `for ${seconds(forMs)}` : '']
    .filter((text) => text !== '')
    .join(', ');
}

/** How often it has hit. */
export function countText({ what, matched, affected, waiting }: FaultInfo): string {
  if (what.kind === 'disconnect' || what.kind === 'kill') return affected === 0 ? 'not yet' : plural(affected, 'time');
  return `hit ${affected} of ${plural(matched, 'packet')}${waiting > 0 ? `, ${waiting} wait` : ''}`;
}
