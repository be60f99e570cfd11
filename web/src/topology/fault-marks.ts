import { type FaultInfo, liveFaults, useInterventions } from '../state/interventions.ts';
import { bridgeName, type MapLink } from './layout.ts';

type Fault = Pick<FaultInfo, 'where' | 'what' | 'which' | 'state'>;

/** A fault in two words: `10 % loss`, `200 ms`. */
function faultWord({ what, which }: Fault): string {
  const share = which.share === undefined ? '' : `${Math.round(which.share * 1000) / 10} % `;
  switch (what.kind) {
    case 'lose':
      return `${share}loss`;
    case 'delay':
      return `${share}${what.ms} ms`;
    case 'duplicate':
      return `${share}twice`;
    case 'reorder':
      return `${share}reordered`;
    case 'corrupt':
      return `${share}corrupted`;
    case 'rate-limit':
      return `${what.kbitPerSecond} kbit/s`;
    case 'stall':
      return 'stall';
    case 'disconnect':
      return 'cut off';
    case 'kill':
      return 'killed';
  }
}

function badgeOf(faults: readonly Fault[]): string | undefined {
  const [first, ...others] = faults;
  if (first === undefined) return undefined;
  return others.length > 0 ? `${faultWord(first)} +${others.length}` : faultWord(first);
}

const portOf = (jack: string): number => Number(jack.slice(1));

/** What a badge on a link says of the faults that act on it; undefined for none (FAULT5). */
export function linkFault(
  link: MapLink,
  faults: readonly Fault[],
  portOfInterface: (router: string, name: string) => number | undefined,
): string | undefined {
  return badgeOf(
    faults.filter(({ where }) => {
      if (where.kind === 'link')
        return (
          link.kind === 'cable' &&
          [link.from, link.to].some(({ node, jack }) => node === where.switch && portOf(jack) === where.port)
        );
      return (
        where.kind === 'interface' &&
        link.kind === 'vns' &&
        link.b === where.router &&
        portOfInterface(where.router, link.to.jack) === where.port
      );
    }),
  );
}

/** What a badge on a node says of the faults that act on all of it. */
export function nodeFault(name: string, faults: readonly Fault[]): string | undefined {
  return badgeOf(
    faults.filter(({ where }) => {
      if (where.kind === 'controller') return name === bridgeName;
      return (where.kind === 'switch' || where.kind === 'router') && where.name === name;
    }),
  );
}

/** The faults that are at work or to come. */
export function useLiveFaults(): readonly FaultInfo[] {
  return liveFaults(useInterventions((state) => state.faults));
}
