import { actionsText } from '../../../packet/flow/action-words.ts';
import type { MessageOf } from '../../../protocols/openflow/v10/message.ts';
import type { AnswerEvidence, Evidence, ModEvidence, TableEvidence, WireFlow } from './evidence.ts';
import { agoUs, endedEntry, hardEnds, idOf, latencyUs, type PastEntry, toldEntry } from './past-entry.ts';
import { secondsAt } from './past-words.ts';
import { selects } from './selects.ts';
import { isOver, mayBeOver, TableModel, tellsEndOf } from './table-model.ts';

export interface TableAt {
  readonly entries: readonly PastEntry[];
  /** Everything that was in it is known, as far as this controller and the switch's answers tell. */
  readonly isWhole: boolean;
  /** Answers before and after the moment, 0 for none. */
  readonly answerUs: number;
  readonly nextAnswerUs: number;
}

/** The table of a switch at a moment: followed up to it, then held against what came later (WB172, WB173). */
export function tableAt(evidence: TableEvidence, atUs: number): TableAt {
  const { base, events, earlier, heardUs } = evidence;
  const model = new TableModel();
  if (base !== undefined) model.start(base, earlier);
  for (const each of events) if (each.tUs <= atUs) model.take(each);
  const hindsight = new Hindsight([...model.entries.values()], events, atUs);
  for (const each of events) if (each.tUs > atUs) hindsight.take(each);
  const next = events.find((each) => each.kind === 'answer');
  return {
    entries: hindsight.found(heardUs),
    isWhole: model.isWhole,
    answerUs: base?.tUs ?? 0,
    nextAnswerUs: next?.tUs ?? 0,
  };
}

/** What later messages tell about the entries of a moment. */
class Hindsight {
  readonly #atUs: number;
  readonly #entries: PastEntry[];
  /** FLOW_MODs until the moment, and those after it so far. */
  readonly #before: readonly ModEvidence[];
  readonly #after: ModEvidence[] = [];
  /** Deleted or replaced from here after the moment: that they are gone tells nothing. */
  readonly #closed = new Set<string>();

  constructor(entries: PastEntry[], events: readonly Evidence[], atUs: number) {
    this.#atUs = atUs;
    this.#entries = entries;
    this.#before = events.filter((each) => each.kind === 'mod').filter(({ tUs }) => tUs <= atUs);
  }

  take(evidence: Evidence): void {
    if (evidence.kind === 'mod') this.#said(evidence);
    else if (evidence.kind === 'removed') this.#ended(evidence.removed, evidence.tUs);
    else this.#told(evidence);
  }

  /** What was there, highest priority first; `heardUs`: so long the switch was heard to be connected. */
  found(heardUs: number): PastEntry[] {
    for (const entry of this.#entries) if (entry.fate === 'open') this.#judge(entry, heardUs);
    return this.#entries
      .filter((entry) => entry.fate !== 'open')
      .sort((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1));
  }

  #judge(entry: PastEntry, heardUs: number): void {
    const atUs = this.#atUs;
    const wouldHaveTold = entry.tellsItsEnd && heardUs > atUs;
    if (isOver(entry, atUs) && !wouldHaveTold) return;
    const isDoubtful = entry.doubt !== '' || (mayBeOver(entry, atUs) && !wouldHaveTold);
    entry.fate = isDoubtful ? 'doubtful' : 'sure';
    if (isDoubtful && entry.doubt === '') entry.doubt = entry.anewUs > 0 ? anewDoubt(entry) : timeoutDoubt(entry, atUs);
  }

  #said(evidence: ModEvidence): void {
    const { mod } = evidence;
    this.#after.push(evidence);
    const ends = mod.command === 'add' || mod.command === 'delete' || mod.command === 'deleteStrict';
    for (const entry of this.#entries)
      if (ends && selects(mod, { ...entry, actions: entry.actions ?? [] })) this.#closed.add(entry.id);
  }

  #ended(removed: MessageOf<'flowRemoved'>, tUs: number): void {
    const entry = this.#entries.find(({ id }) => id === idOf(removed));
    const createdUs = tUs - agoUs(removed);
    if (entry !== undefined && tellsEndOf(removed, tUs, entry) && this.#isIt(entry, createdUs)) {
      if (!this.#closed.has(entry.id) || createdUs <= this.#atUs) sure(entry, createdUs);
      this.#closed.add(entry.id);
      return;
    }
    const own = endedEntry(removed, tUs);
    const wasDeleted = this.#before.some(
      ({ tUs: saidUs, mod }) =>
        saidUs >= createdUs && isDelete(mod) && selects({ ...mod, outPort: 0xffff }, whole(own)),
    );
    if (entry === undefined && createdUs <= this.#atUs && !wasDeleted) this.#entries.push(own);
  }

  #told({ flows, tUs, requestId }: AnswerEvidence): void {
    const told = new Map(flows.map((flow) => [toldEntry(flow, tUs).id, flow]));
    for (const entry of this.#entries) {
      const flow = told.get(entry.id);
      told.delete(entry.id);
      const wasOnItsWay = Math.max(entry.addedId, entry.changedId) > requestId;
      if (entry.fate !== 'open' || wasOnItsWay || this.#closed.has(entry.id)) continue;
      if (flow !== undefined && this.#isIt(entry, tUs - agoUs(flow))) {
        sure(entry, tUs - agoUs(flow));
        this.#compare(entry, flow, tUs);
      } else if (!isOver(entry, this.#atUs)) {
        entry.fate = 'doubtful';
        entry.doubt = `It is not in the switch's answer at ${secondsAt(tUs)}: when it ended before that is not known.`;
      }
    }
    for (const flow of told.values()) {
      const entry = toldEntry(flow, tUs);
      const isAfter = entry.createdUs > this.#atUs;
      const mods = this.#before.filter(({ id }) => id > requestId);
      if (isAfter || mods.some(({ mod }) => selects(mod, whole(entry)))) continue;
      entry.seen = undefined;
      sure(entry, entry.createdUs);
      this.#entries.push(entry);
      this.#compare(entry, flow, tUs);
      if (this.#wasChangedAfter(entry)) entry.actions = undefined;
    }
  }

  /** Whether what was made then, and told of later, is the entry of the moment and not one that came in its place. */
  #isIt(entry: PastEntry, toldUs: number): boolean {
    if (toldUs <= Math.max(this.#atUs, entry.createdUs + latencyUs)) return true;
    // However late it was heard: its end is told before another one can be there, and nobody here has made one.
    return entry.tellsItsEnd && !this.#after.some(({ mod }) => !isDelete(mod) && selects(mod, whole(entry)));
  }

  /** What an answer after the moment says about an entry: the same, unless it was changed in between. */
  #compare(entry: PastEntry, flow: WireFlow, tUs: number): void {
    if (this.#wasChangedAfter(entry)) return;
    const actions = entry.actions ?? [];
    if (actionsText(flow.actions) === actionsText(actions) && flow.cookie === entry.cookie)
      entry.seenLater = { tUs, flow };
    else
      entry.doubt = `The switch's answer at ${secondsAt(tUs)} has it with other actions or another cookie: somebody else changed it, before or after.`;
  }

  #wasChangedAfter(entry: PastEntry): boolean {
    return this.#after.some(({ mod }) => selects(mod, whole(entry)));
  }
}

/** Something tells that the entry was there; it was made at `createdUs` or, told late, before. */
function sure(entry: PastEntry, createdUs: number): void {
  const isAnew = entry.anewUs > 0 && createdUs > entry.createdUs + latencyUs;
  entry.fate = 'sure';
  entry.doubt = isAnew ? anewDoubt(entry) : '';
}

const anewDoubt = ({ anewUs }: PastEntry): string =>
  `A FLOW_MOD at ${secondsAt(anewUs)} changed it or, had a time-out ended it by then, added it anew: its cookie and time-outs are not sure.`;

const whole = (entry: PastEntry) => ({ ...entry, actions: entry.actions ?? [] });
const isDelete = ({ command }: MessageOf<'flowMod'>): boolean => command === 'delete' || command === 'deleteStrict';

function timeoutDoubt(entry: PastEntry, atUs: number): string {
  const [hard] = hardEnds(entry);
  const [which, sinceUs] =
    hard <= Math.min(atUs, entry.idleEndUs) ? ['hard', hard] : ['idle', Math.max(entry.idleEndUs, entry.createdUs)];
  return `Its ${which} time-out may have ended it since ${secondsAt(sinceUs)}: nothing tells.`;
}
