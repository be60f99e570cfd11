import type { Switch } from '../../controller/switch.ts';
import { actionsText } from '../../packet/flow/action-words.ts';
import { faultText } from '../../packet/flow/fault.ts';
import { type FlowDraft, type FlowSpec, readDraft } from '../../packet/flow/flow-draft.ts';
import { matchText } from '../../packet/flow/match-words.ts';
import { noBuffer } from '../../protocols/openflow/v10/bodies.ts';
import { matchOf } from '../../protocols/openflow/v10/match.ts';
import type { MessageOf } from '../../protocols/openflow/v10/message.ts';
import { portNumbers } from '../../protocols/openflow/v10/port.ts';
import { WorkbenchError } from '../method.ts';
import { type FlowReader, noAnswer } from './flow-reader.ts';
import { flowId, type KnownFlow } from './flow-row.ts';

type Command = MessageOf<'flowMod'>['command'];

/** A change that was made from here, with what is needed to take it back. */
interface Change {
  readonly id: number;
  readonly tUs: number;
  readonly text: string;
  /** Entries as they were before and after: of an edit that moves an entry, two before or two places. */
  readonly before: readonly FlowSpec[];
  readonly after: readonly FlowSpec[];
}

/** What became of a change. */
export interface ChangeResult {
  /** Of the entry that is there now, '' when it is gone. */
  readonly id: string;
  readonly text: string;
  /** Whether the entry goes on counting, or counts anew. */
  readonly counters: 'kept' | 'anew';
  /** What else there is to say: the table had changed meanwhile. '' for nothing. */
  readonly note: string;
}

const keptChanges = 20;
const idOf = (spec: FlowSpec): string => flowId(spec.match, spec.priority);
const specOf = ({ wire, fields }: KnownFlow): FlowSpec => ({ ...wire, match: fields });
const shown = (spec: FlowSpec): string => `${matchText(spec.match) || 'everything'} → ${actionsText(spec.actions)}`;

/** Whether an entry does the same: its actions, cookie and time-outs. */
const isLike = (a: FlowSpec, b: FlowSpec): boolean =>
  actionsText(a.actions) === actionsText(b.actions) &&
  a.cookie === b.cookie &&
  a.idleTimeoutS === b.idleTimeoutS &&
  a.hardTimeoutS === b.hardTimeoutS;

/** Changes to the table of one switch, the last 20 of which can be taken back (WB166, WB167). */
export class FlowChanges {
  readonly #its: Switch;
  readonly #reader: FlowReader;
  readonly #nowUs: () => number;
  #changes: Change[] = [];
  #nextId = 1;
  /** One after the other: each begins with the table as the one before left it. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(its: Switch, reader: FlowReader, nowUs: () => number) {
    this.#its = its;
    this.#reader = reader;
    this.#nowUs = nowUs;
  }

  /** What can be taken back, the latest first. */
  get list(): readonly { readonly id: number; readonly tUs: number; readonly text: string }[] {
    return this.#changes.map(({ id, tUs, text }) => ({ id, tUs, text })).reverse();
  }

  forget(): void {
    this.#changes = [];
  }

  add(draft: FlowDraft): Promise<ChangeResult> {
    const spec = this.#understood(draft);
    return this.#inTurn(async () => {
      const old = await this.#find(idOf(spec));
      await this.#send('add', spec);
      const text = `Added ${shown(spec)}`;
      this.#keep(text, old === undefined ? [] : [specOf(old)], [spec]);
      const note = old === undefined ? '' : 'It took the place of an entry with the same match and priority.';
      return { id: idOf(spec), text, counters: 'anew', note };
    });
  }

  edit(id: string, draft: FlowDraft): Promise<ChangeResult> {
    const spec = this.#understood(draft);
    return this.#inTurn(async () => {
      const old = specOf(await this.#mustFind(id));
      const isInPlace = idOf(old) === idOf(spec);
      const overwritten = isInPlace ? undefined : await this.#find(idOf(spec));
      const keeps = isInPlace && keepsCounting(spec, old);
      await this.#send(keeps ? 'modifyStrict' : 'add', spec);
      if (!isInPlace) await this.#send('deleteStrict', old);
      const text = `Changed ${shown(old)} to ${shown(spec)}`;
      this.#keep(text, [old, ...(overwritten === undefined ? [] : [specOf(overwritten)])], [spec]);
      const note = overwritten === undefined ? '' : 'It took the place of an entry with the same match and priority.';
      return { id: idOf(spec), text, counters: keeps ? 'kept' : 'anew', note };
    });
  }

  delete(id: string): Promise<ChangeResult> {
    return this.#inTurn(async () => {
      const old = specOf(await this.#mustFind(id));
      await this.#send('deleteStrict', old);
      const text = `Deleted ${shown(old)}`;
      this.#keep(text, [old], []);
      return { id: '', text, counters: 'anew', note: '' };
    });
  }

  /** Takes a change back (the last one without an id), and says where the table is no longer as it left it. */
  undo(id: number | undefined): Promise<ChangeResult> {
    return this.#inTurn(async () => {
      const change = id === undefined ? this.#changes.at(-1) : this.#changes.find((each) => each.id === id);
      if (change === undefined) throw new WorkbenchError('not-found', this.#nothingToUndo(id));
      const table = await this.#reader.readNow();
      const there = new Map(table.flows.map((flow) => [flow.row.id, specOf(flow)]));
      const notes = [
        ...change.after.map((spec) => meanwhile(spec, there.get(idOf(spec)))),
        ...change.before
          .filter((spec) => there.has(idOf(spec)) && !change.after.some((now) => idOf(now) === idOf(spec)))
          .map((spec) => `${shown(spec)} had been added again.`),
      ].filter(Boolean);
      for (const spec of change.after) {
        const stays = change.before.some((old) => idOf(old) === idOf(spec));
        if (!stays && there.has(idOf(spec))) await this.#send('deleteStrict', spec);
      }
      for (const spec of change.before)
        await this.#send(keepsCounting(spec, there.get(idOf(spec))) ? 'modifyStrict' : 'add', spec);
      this.#changes = this.#changes.filter((each) => each !== change);
      const [first] = change.before;
      const text = `Taken back: ${change.text}`;
      const note = notes.length === 0 ? '' : `The table had changed meanwhile: ${notes.join(' ')}`;
      const keeps = first !== undefined && keepsCounting(first, there.get(idOf(first)));
      return { id: first === undefined ? '' : idOf(first), text, counters: keeps ? 'kept' : 'anew', note };
    });
  }

  #nothingToUndo(id: number | undefined): string {
    const { name } = this.#its;
    if (id !== undefined) return `There is no change ${id} of ${name} to take back, only the last ${keptChanges}`;
    return `Nothing was changed on ${name} from here`;
  }

  #understood(draft: FlowDraft): FlowSpec {
    const { spec, faults } = readDraft(draft, new Set(this.#its.ports.keys()));
    if (faults.length > 0) throw new WorkbenchError('bad-request', faults.map(faultText).join('; '));
    return spec;
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(act, act);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #find(id: string): Promise<KnownFlow | undefined> {
    return (await this.#reader.readNow()).flows.find(({ row }) => row.id === id);
  }

  async #mustFind(id: string): Promise<KnownFlow> {
    const found = await this.#find(id);
    if (found !== undefined) return found;
    throw new WorkbenchError('not-found', `${this.#its.name} has no entry "${id}" (any more)`);
  }

  #keep(text: string, before: readonly FlowSpec[], after: readonly FlowSpec[]): void {
    const change = { id: this.#nextId++, tUs: this.#nowUs(), text, before, after };
    this.#changes = [...this.#changes, change].slice(-keptChanges);
  }

  /** FLOW_MOD and a barrier behind it: what the switch says against it is the answer. */
  #send(command: Command, { match, actions, ...spec }: FlowSpec): Promise<void> {
    const { attached, name } = this.#its;
    const { priority, idleTimeoutS, hardTimeoutS, cookie } = spec;
    const make = (xid: number): MessageOf<'flowMod'> => ({
      kind: 'flowMod',
      xid,
      match: matchOf(match),
      cookie,
      command,
      idleTimeoutS,
      hardTimeoutS,
      priority,
      bufferId: noBuffer,
      outPort: portNumbers.None,
      flags: [],
      actions: command === 'deleteStrict' ? [] : actions,
    });
    this.#reader.outdate();
    return new Promise((resolve, reject) => {
      if (attached === undefined) reject(new WorkbenchError('conflict', `${name} is not connected`));
      else {
        attached.session.confirm(make, (answer) => {
          if (answer.kind === 'reply') resolve();
          else reject(new WorkbenchError('conflict', noAnswer(name, 'flow table', answer)));
        });
      }
    });
  }
}

/** MODIFY keeps counters and time-outs: it will do while only actions and cookie differ. */
const keepsCounting = (spec: FlowSpec, now: FlowSpec | undefined): boolean =>
  now !== undefined && now.idleTimeoutS === spec.idleTimeoutS && now.hardTimeoutS === spec.hardTimeoutS;

/** How an entry differs from what a change left; '' for not at all. */
function meanwhile(left: FlowSpec, now: FlowSpec | undefined): string {
  if (now === undefined) return `${shown(left)} had ended already.`;
  return isLike(left, now) ? '' : `${matchText(left.match) || 'everything'} does ${actionsText(now.actions)} now.`;
}
