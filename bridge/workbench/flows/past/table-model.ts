import type { MessageOf } from '../../../protocols/openflow/v10/message.ts';
import type { AnswerEvidence, Evidence, ModEvidence } from './evidence.ts';
import { addedEntry, agoUs, hardEnds, idOf, latencyUs, type PastEntry, toldEntry } from './past-entry.ts';
import { clearsAll, selects } from './selects.ts';

/** A MODIFY with this cookie leaves that of its entries alone. */
const keepsCookie = 0xffff_ffff_ffff_ffffn;
/** Switches look for what has ended at most this seldom, µs. */
const endsWithinUs = 1_500_000;
/** How exactly an age is told, µs. */
const ageSlackUs = 1_000;

/** Whether nothing but its hard time-out is needed to know that an entry has ended. */
export const isOver = (entry: PastEntry, atUs: number): boolean => hardEnds(entry)[1] + endsWithinUs < atUs;

/** Whether a time-out may have ended an entry. */
export const mayBeOver = (entry: PastEntry, atUs: number): boolean =>
  Math.min(hardEnds(entry)[0], entry.idleEndUs) <= atUs;

const mayBeGone = (entry: PastEntry, atUs: number): boolean => !entry.tellsItsEnd && mayBeOver(entry, atUs);

/** Whether a FLOW_REMOVED tells the end of this very entry, and not of one that stood in its place before. */
export function tellsEndOf(removed: MessageOf<'flowRemoved'>, tUs: number, entry: PastEntry): boolean {
  // What this controller added is not older than its FLOW_MOD; ages come late, so they never make it look older.
  return entry.addedId === 0 || tUs - agoUs(removed) >= entry.addedUs - ageSlackUs;
}

/** A flow table as it follows from what was said to a switch and what it told, step by step (WB172). */
export class TableModel {
  readonly entries = new Map<string, PastEntry>();
  /** Everything that is in the table is known: it was told, or emptied. */
  isWhole = false;

  /** Begins with an answer; FLOW_MODs before it, the last one first, tell what an answer does not. */
  start({ flows, tUs }: AnswerEvidence, earlier: readonly ModEvidence[]): void {
    this.isWhole = true;
    for (const flow of flows) {
      const entry = toldEntry(flow, tUs);
      this.entries.set(entry.id, entry);
    }
    for (const entry of this.entries.values()) {
      const { createdUs } = entry;
      const isWhen = ({ tUs: saidUs }: ModEvidence): boolean =>
        createdUs >= saidUs - ageSlackUs && createdUs <= saidUs + latencyUs;
      const made = earlier.find(
        (each) => isWhen(each) && selects(each.mod, { ...entry, actions: entry.actions ?? [] }),
      );
      // A MODIFY may have added it, or not: nothing follows from that.
      if (made?.mod.command !== 'add') continue;
      entry.addedId = made.id;
      entry.addedUs = made.tUs;
      entry.tellsItsEnd = made.mod.flags.includes('sendFlowRemoved');
    }
  }

  take(evidence: Evidence): void {
    if (evidence.kind === 'mod') this.#change(evidence);
    else if (evidence.kind === 'removed') {
      const { removed, tUs } = evidence;
      const entry = this.entries.get(idOf(removed));
      if (entry !== undefined && tellsEndOf(removed, tUs, entry)) this.entries.delete(entry.id);
    }
  }

  #change(evidence: ModEvidence): void {
    const { mod, tUs } = evidence;
    const meant = [...this.entries.values()].filter(
      (entry) => !isOver(entry, tUs) && selects(mod, { ...entry, actions: entry.actions ?? [] }),
    );
    switch (mod.command) {
      case 'add':
        this.#add(evidence, '');
        break;
      case 'modify':
      case 'modifyStrict':
        this.#modify(evidence, meant);
        break;
      case 'delete':
      case 'deleteStrict':
        for (const entry of meant) this.entries.delete(entry.id);
        if (clearsAll(mod)) this.isWhole = true;
        break;
      default:
    }
  }

  #modify(evidence: ModEvidence, meant: readonly PastEntry[]): void {
    const { mod, tUs } = evidence;
    const isSure = meant.some((entry) => !mayBeGone(entry, tUs));
    for (const entry of meant) modify(entry, evidence);
    if (isSure) return;
    // What may have ended cannot be relied on to be changed: then this adds an entry (§4.6).
    const same = meant.find(({ id }) => id === idOf(mod));
    if (same !== undefined) {
      same.anewUs = tUs;
      same.anewHardTimeoutS = mod.hardTimeoutS;
    } else
      this.#add(evidence, meant.length === 0 ? '' : 'It is there only if what its FLOW_MOD meant had ended by then.');
  }

  #add(evidence: ModEvidence, doubt: string): void {
    const entry = { ...addedEntry(evidence), doubt };
    this.entries.set(entry.id, entry);
  }
}

function modify(entry: PastEntry, { id, tUs, mod }: ModEvidence): void {
  entry.actions = mod.actions;
  if (mod.cookie !== keepsCookie) entry.cookie = mod.cookie;
  // Had it ended by then, its time did not begin anew.
  entry.modifiedUs = [mayBeGone(entry, tUs) ? entry.modifiedUs[0] : tUs, tUs];
  entry.changedId = id;
  entry.changedUs = tUs;
  entry.seen = undefined;
}
