import type { Lab } from '../../../server/contract/lab.ts';
import type { LabStatus } from '../../../server/contract/status.ts';
import { countOf } from '../state/text.ts';
import { jackText, type MapLink } from './layout.ts';

/** What waits at one end of a link for its bandwidth. */
interface EndQueue {
  /** The end that sends, `sw0 port 3`. */
  readonly from: string;
  readonly waiting: number;
  readonly limit: number;
}

/** The queues of a cable, from each of its ends; undefined where nobody can tell, or nothing has to wait (MAP14). */
export function linkQueues(
  link: MapLink,
  lab: Pick<Lab, 'links'>,
  status: Pick<LabStatus, 'queues'> | undefined,
): readonly EndQueue[] | undefined {
  const at = lab.links.findIndex(
    ({ a, b }) => (isEnd(a, link.from) && isEnd(b, link.to)) || (isEnd(b, link.from) && isEnd(a, link.to)),
  );
  const its = status?.queues?.find((each) => each.link === at);
  const ends = lab.links[at];
  if (link.kind !== 'cable' || its === undefined || ends === undefined) return undefined;
  const name = ({ node, port }: (typeof ends)['a']) => `${node}${port === undefined ? '' : jackText(`p${port}`)}`;
  return [
    { from: name(ends.a), ...its.there },
    { from: name(ends.b), ...its.back },
  ];
}

const isEnd = (end: Lab['links'][number]['a'], jack: MapLink['from']): boolean =>
  end.node === jack.node && jack.jack === (end.port === undefined ? 'net' : `p${end.port}`);

/** `12 of 100 wait at h1`, for the card. */
export function queueText(queues: readonly EndQueue[] | undefined): string {
  if (queues === undefined) return 'not measured';
  const waiting = queues.filter((each) => each.waiting > 0);
  if (waiting.length === 0) return `none, ${countOf(queues[0]?.limit ?? 0)} may`;
  return waiting.map((each) => `${countOf(each.waiting)} of ${countOf(each.limit)} at ${each.from}`).join(', ');
}
