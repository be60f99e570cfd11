import { DecodeError } from '../../../codec/errors.ts';
import { messageType, messageTypes } from '../../../protocols/openflow/v10/header.ts';
import { decodeMessage, type Message, type MessageOf } from '../../../protocols/openflow/v10/message.ts';
import { portNumbers } from '../../../protocols/openflow/v10/port.ts';
import type { StatsReply, StatsRequest } from '../../../protocols/openflow/v10/stats.ts';
import type { ControlChannel, ControlEntry, ControlLog } from '../../../trace/control-log.ts';
import { isEverything } from './selects.ts';

export type WireFlow = Extract<StatsReply, { kind: 'flow' }>['flows'][number];

/** A FLOW_MOD of this controller that the switch did not refuse. */
export interface ModEvidence {
  readonly kind: 'mod';
  readonly id: number;
  readonly tUs: number;
  readonly mod: MessageOf<'flowMod'>;
}
interface RemovedEvidence {
  readonly kind: 'removed';
  readonly id: number;
  readonly tUs: number;
  readonly removed: MessageOf<'flowRemoved'>;
}
/** The whole table as the switch told it: it had what was said before `requestId`, and has told what it tells before `id`. */
export interface AnswerEvidence {
  readonly kind: 'answer';
  readonly id: number;
  readonly requestId: number;
  readonly tUs: number;
  readonly flows: readonly WireFlow[];
}
export type Evidence = ModEvidence | RemovedEvidence | AnswerEvidence;

/** What the control log has about the table of one switch around a moment. */
export interface TableEvidence {
  /** The answer to begin with: the last before the moment; without one, everything that is kept. */
  readonly base: AnswerEvidence | undefined;
  /** From the base to the next answer after the moment, in the order of the log. */
  readonly events: readonly Evidence[];
  /** FLOW_MODs before the base, the last one first: they know what an answer does not tell. */
  readonly earlier: readonly ModEvidence[];
  /** When the switch connected first, as far as that is kept, µs; Infinity for never. */
  readonly firstUs: number;
  /** When the oldest message that is kept was said, µs, and whether older ones were forgotten. */
  readonly keptFromUs: number;
  readonly isCut: boolean;
  /** The last time that the switch said something on the connection of the moment, µs. */
  readonly heardUs: number;
}

/** Whatever keeps the event loop is done in turns so short, milliseconds: packets come first. */
const turnMs = 5;
/** An answer has no flags of its entries: as many FLOW_MODs before it are looked at for them. */
const mostEarlier = 500;
const stride = 16;
const allTables = 0xff;

interface Told {
  readonly requestId: number;
  readonly replies: ControlEntry[];
}

/** Reads what the log has about one switch around a moment (WB171), in short turns. */
export async function tableEvidence(control: ControlLog, name: string, atUs: number): Promise<TableEvidence> {
  const turns = new Turns();
  const changes: ControlEntry[] = [];
  const asked = new Map<number, Told>();
  const isCut = control.firstId > 1;
  const keptFromUs = control.entry(control.firstId)?.tUs ?? 0;
  let firstUs = Infinity;
  let channel: ControlChannel | undefined;
  let heardUs = 0;
  for (let id = control.firstId; id < control.nextId; id++) {
    await turns.step();
    const entry = control.entry(id);
    if (entry === undefined || entry.channel.name !== name) continue;
    firstUs = Math.min(firstUs, entry.tUs);
    if (entry.tUs <= atUs) channel = entry.channel;
    if (!entry.isOurs && entry.channel === channel) heardUs = Math.max(heardUs, entry.lastUs);
    const type = messageType(entry.bytes, 0);
    if (type === messageTypes.flowRemoved) changes.push(entry);
    else if (type === messageTypes.flowMod && !isRefused(control, entry)) changes.push(entry);
    else if (type === messageTypes.statsRequest && asksForAll(entry)) asked.set(id, { requestId: id, replies: [] });
    else if (type === messageTypes.statsReply) asked.get(entry.request)?.replies.push(entry);
  }
  const told = [...asked.values()].filter(({ replies }) => replies.length > 0);
  const timeOf = ({ replies }: Told): number => replies[0]?.tUs ?? 0;
  const base = firstWhole(told.filter((each) => timeOf(each) <= atUs).reverse());
  const next = firstWhole(told.filter((each) => timeOf(each) > atUs));
  const events: Evidence[] = [];
  const earlier: ModEvidence[] = [];
  for (const entry of changes) {
    await turns.step();
    const isLater = next !== undefined && entry.id > next.id;
    // A FLOW_MOD on its way while the switch answered is not in the answer; a FLOW_REMOVED before it is.
    const isBefore = base !== undefined && entry.id < (entry.isOurs ? base.requestId : base.id);
    const read = isLater || isBefore ? undefined : changeOf(entry);
    if (read !== undefined) events.push(read);
  }
  if (next !== undefined) events.push(next);
  events.sort((a, b) => a.id - b.id);
  const before = base === undefined ? [] : changes.filter(({ id, isOurs }) => isOurs && id < base.requestId);
  for (const entry of before.slice(-mostEarlier).reverse()) {
    await turns.step();
    const read = changeOf(entry);
    if (read?.kind === 'mod') earlier.push(read);
  }
  return { base, events, earlier, firstUs, keptFromUs, isCut, heardUs };
}

class Turns {
  #ends = performance.now() + turnMs;
  #steps = 0;

  async step(): Promise<void> {
    this.#steps += 1;
    if (this.#steps % stride !== 0 || performance.now() < this.#ends) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#ends = performance.now() + turnMs;
  }
}

function isRefused(control: ControlLog, { answer }: ControlEntry): boolean {
  const its = answer === 0 ? undefined : control.entry(answer);
  return its !== undefined && messageType(its.bytes, 0) === messageTypes.error;
}

/** What cannot be read tells nothing: the log of messages shows it as malformed. */
export function readMessage(bytes: Uint8Array): Message | undefined {
  try {
    return decodeMessage(bytes);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function changeOf({ id, tUs, bytes }: ControlEntry): Evidence | undefined {
  const message = readMessage(bytes);
  if (message?.kind === 'flowMod') return { kind: 'mod', id, tUs, mod: message };
  if (message?.kind === 'flowRemoved') return { kind: 'removed', id, tUs, removed: message };
  return undefined;
}

const asksAll = (stats: StatsRequest): boolean =>
  stats.kind === 'flow' &&
  stats.outPort === portNumbers.None &&
  stats.tableId === allTables &&
  isEverything(stats.match);

function asksForAll({ bytes }: ControlEntry): boolean {
  const message = readMessage(bytes);
  return message?.kind === 'statsRequest' && asksAll(message.stats);
}

function firstWhole(told: readonly Told[]): AnswerEvidence | undefined {
  for (const each of told) {
    const answer = answerOf(each);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** An answer in one piece; undefined when not all of it came. */
function answerOf(told: Told): AnswerEvidence | undefined {
  const [first] = told.replies;
  if (first === undefined) return undefined;
  const flows: WireFlow[] = [];
  let hasMore = true;
  for (const { bytes } of told.replies) {
    const message = readMessage(bytes);
    if (message?.kind !== 'statsReply' || message.stats.kind !== 'flow') return undefined;
    flows.push(...message.stats.flows);
    hasMore = message.stats.flags.includes('more');
  }
  if (hasMore) return undefined;
  return { kind: 'answer', id: first.id, requestId: told.requestId, tUs: first.tUs, flows };
}
