import type { FollowedStream, StreamVantage } from '../../../server/contract/stream.ts';
import { countOf } from '../state/text.ts';

const pointWords: Readonly<Record<StreamVantage['point'], string>> = {
  host: 'at host',
  'sw.rx': 'into',
  packet_in: 'PACKET_IN of',
  to_router: 'into',
  from_router: 'out of',
  packet_out: 'PACKET_OUT of',
  'sw.tx': 'out of',
};

/** Where it is looked at, in words: `at host client`, `into r0`. */
export const vantageText = ({ point, node }: StreamVantage): string => `${pointWords[point]} ${node}`;

/** `client 10.0.1.100:40000`: an end with what it sent. */
export function endText({ address, port }: FollowedStream['client']): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

export const sentText = ({ packets, bytes }: FollowedStream['client']): string =>
  `${countOf(packets)} ${packets === 1 ? 'packet' : 'packets'}, ${countOf(bytes)} bytes`;

/** What one should know of what is shown, each a sentence; none when it is all there. */
export function warningsOf(stream: FollowedStream): string[] {
  const { client, server, pieces, transport } = stream;
  const missing = pieces.reduce((sum, { gap }) => sum + gap, 0);
  const differing = pieces.filter(({ differs }) => differs.length > 0).length;
  const silent = client.packets === 0 ? client : server.packets === 0 ? server : undefined;
  return [
    stream.isTruncated && 'Only the first 1 MiB is shown: there is more.',
    missing > 0 && `${countOf(missing)} bytes are missing: holes are marked.`,
    differing > 0 && 'Some bytes were sent again with another content: the first ones are shown.',
    stream.droppedSegments > 0 &&
      `${countOf(stream.droppedSegments)} segments came too early by too much to be put in order.`,
    silent !== undefined && `Only one direction was seen here: nothing from ${endText(silent)}.`,
    stream.isStartForgotten
      ? 'Its first packets are no longer kept.'
      : transport === 'tcp' && !stream.isStartSeen && 'Its beginning was not seen: who is the client is a guess.',
  ].filter((sentence) => typeof sentence === 'string');
}

/** How it ended, in a few words; undefined while nobody ended it. */
export function endingText({ endings, transport }: FollowedStream): string | undefined {
  if (transport === 'udp') return undefined;
  const reset = endings.find(({ how }) => how === 'RST');
  if (reset !== undefined) return `reset by the ${reset.direction}`;
  const sides = new Set(endings.map(({ direction }) => direction));
  if (sides.size === 2) return 'closed by both';
  const [side] = sides;
  return side === undefined ? undefined : `closed by the ${side}`;
}
