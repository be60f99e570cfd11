import type { ControlLog, ControlMessage } from '../../../server/contract/flows.ts';

/** As many as the server keeps. */
const keptMessages = 10_000;

/** The control messages that the page has, oldest first (FLOW6). */
export interface ControlRows {
  readonly messages: readonly ControlMessage[];
  readonly packetsIn: number;
  readonly packetsOut: number;
  /** Whether the server has more to read. */
  readonly hasMore: boolean;
}
export const noControl: ControlRows = { messages: [], packetsIn: 0, packetsOut: 0, hasMore: false };

/** From where to read on: behind the last message, but an echo that may still count on is read again. */
export function readFrom({ messages }: ControlRows): number {
  const seen = new Set<string>();
  let from = (messages.at(-1)?.id ?? 0) + 1;
  for (let i = messages.length - 1; i >= Math.max(0, messages.length - 50); i--) {
    const message = messages[i];
    if (message === undefined || seen.has(message.peer)) continue;
    seen.add(message.peer);
    if (message.type === 'ECHO') from = message.id;
  }
  return messages.length === 0 ? 0 : from;
}

/** Takes in what was read from `from` on: an answer is joined with a request that is here already. */
export function withRead(rows: ControlRows, from: number, read: ControlLog): ControlRows {
  const last = rows.messages.at(-1)?.id ?? 0;
  // Numbers that begin again are another log: the lab was started anew.
  const kept = read.nextId <= last ? [] : rows.messages.filter(({ id }) => id >= read.firstId && id < from);
  const answers = new Map(read.messages.filter(({ request }) => request > 0).map((answer) => [answer.request, answer]));
  const joined = kept.map((message) => {
    const answer = answers.get(message.id);
    return answer === undefined ? message : { ...message, answer: answer.id };
  });
  const messages = [...joined, ...read.messages].slice(-keptMessages);
  const { packetsIn, packetsOut } = read;
  return { messages, packetsIn, packetsOut, hasMore: (messages.at(-1)?.id ?? 0) + 1 < read.nextId };
}

/** Whether a message is one of those by which a table is read. */
export const isStatistics = ({ type }: ControlMessage): boolean => type.startsWith('STATS_');
