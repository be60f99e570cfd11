import { Buffer } from 'node:buffer';
import { EditError, editFields } from '../../packet/edit-fields.ts';
import { maxVnsFrame } from '../../protocols/vns/fast.ts';
import type { Passage } from '../../trace/intercept.ts';
import { frameOfBase64 } from '../frame-bytes.ts';
import type { FrameMatch, MakeFrameMatch } from '../frame-match.ts';
import { type Implementation, WorkbenchError } from '../method.ts';
import type { Breakpoints, HeldFrame, HoldAction, HoldMethods } from './hold.ts';
import { type Held, HoldStage, type HoldStageDeps } from './hold-stage.ts';

export interface HoldsDeps extends HoldStageDeps {
  readonly makeMatch: MakeFrameMatch;
  /** The trace's clock, µs. */
  readonly nowUs: () => number;
}

const mostBreakpoints = 64;

/** Breakpoints and what they hold, as the page asks for them (WB50–WB59). */
export class Holds {
  readonly stage: HoldStage;
  readonly methods: Implementation<HoldMethods>;
  readonly #deps: HoldsDeps;

  constructor(deps: HoldsDeps) {
    this.#deps = deps;
    this.stage = new HoldStage(deps);
    this.methods = {
      'hold:breakpoints': (wanted) => this.#set(wanted),
      'hold:list': () => ({ nowUs: this.#deps.nowUs(), frames: this.stage.held.map((held) => this.#shown(held)) }),
      'hold:act': ({ ids, action }) => this.#actOn(ids, action),
      'hold:run': () => {
        const all = this.stage.held;
        this.stage.resetHits();
        for (const held of all) this.stage.forward(held);
        return { released: all.length };
      },
      'hold:step': ({ id }) => {
        const held = id === undefined ? this.stage.held[0] : this.stage.find(id);
        if (held === undefined)
          throw new WorkbenchError('not-found', id === undefined ? 'No frame is held' : `No frame ${id} is held`);
        return this.stage.step(held);
      },
    };
  }

  #set({ breakpoints, ...settings }: Parameters<HoldMethods['hold:breakpoints']>[0]): Breakpoints {
    if (breakpoints !== undefined) {
      if (breakpoints.length > mostBreakpoints)
        throw new WorkbenchError('bad-request', `${mostBreakpoints} breakpoints at most, ${breakpoints.length} given`);
      const ids = new Set(breakpoints.map(({ id }) => id));
      if (ids.size < breakpoints.length)
        throw new WorkbenchError('bad-request', 'Two breakpoints have the same id: each needs its own');
      // All are read before any is set.
      this.stage.setBreakpoints(breakpoints.map((spec) => ({ spec, match: this.#matchOf(spec) })));
    }
    const { stopRouter, holdMs, capacity } = { ...this.stage.settings, ...definedOf(settings) };
    this.stage.settings = { stopRouter, holdMs, capacity };
    this.#deps.changed();
    return { stopRouter, holdMs, capacity, breakpoints: this.stage.breakpoints };
  }

  #matchOf({ id, filter }: { readonly id: string; readonly filter: string }): FrameMatch {
    try {
      return this.#deps.makeMatch(filter);
    } catch (error) {
      if (!(error instanceof WorkbenchError)) throw error;
      // Several may be set at once.
      throw new WorkbenchError(error.code, `Breakpoint ${id}: ${error.message}`);
    }
  }

  #actOn(ids: readonly number[] | 'all', action: HoldAction): { done: number; gone: number[] } {
    const wanted = ids === 'all' ? this.stage.held.map(({ id }) => id) : [...ids].sort((a, b) => a - b);
    const gone: number[] = [];
    let done = 0;
    // One after the other: the first may take those behind it along.
    for (const id of wanted) {
      const held = this.stage.find(id);
      if (held === undefined) gone.push(id);
      else {
        this.#act(held, action);
        done += 1;
      }
    }
    if (done === 0 && ids !== 'all' && ids.length > 0)
      throw new WorkbenchError('not-found', `No frame ${ids.join(', ')} is held: it was released or its time was over`);
    return { done, gone: ids === 'all' ? [] : gone };
  }

  #act(held: Held, action: HoldAction): void {
    switch (action.kind) {
      case 'forward':
        this.stage.forward(held);
        return;
      case 'duplicate':
        if (held.edited === undefined) refuseCutShort(held);
        this.stage.forward(held, 2);
        return;
      case 'drop':
        this.stage.drop(held, 'breakpoint');
        return;
      case 'revert':
        held.edited = undefined;
        break;
      case 'edit-bytes':
        held.edited = frameOfBase64(action.bytes, maxVnsFrame);
        break;
      case 'edit-fields':
        refuseCutShort(held);
        held.edited = edited(held.edited ?? held.crossing.bytes, action);
    }
    this.stage.renew(held);
  }

  #shown(held: Held): HeldFrame {
    const { id, passage, crossing, why, edited: bytes } = held;
    // The stages count on the scheduler's clock, people on the trace's.
    const offsetUs = this.#deps.nowUs() - this.#deps.scheduler.nowUs();
    return {
      ...{ id, why, point: passage.point, node: passage.name, seq: crossing.parent, port: crossing.port },
      next: nextOf(passage, crossing.port),
      bytes: Buffer.from(bytes ?? crossing.bytes).toString('base64'),
      isEdited: bytes !== undefined,
      isWhole: crossing.isWhole,
      heldUs: held.heldUs + offsetUs,
      deadlineUs: held.deadlineUs + offsetUs,
    };
  }
}

function edited(bytes: Uint8Array, { edits, checksums }: Extract<HoldAction, { kind: 'edit-fields' }>): Uint8Array {
  try {
    return editFields(bytes, edits, checksums);
  } catch (error) {
    if (error instanceof EditError) throw new WorkbenchError('bad-request', error.message);
    throw error;
  }
}

function refuseCutShort({ id, crossing }: Held): void {
  if (crossing.isWhole) return;
  const message = `The switch sent only the beginning of frame ${id}: give it whole, as bytes`;
  throw new WorkbenchError('conflict', message);
}

function nextOf({ point, name, ports }: Passage, port: number): string {
  const its = ports().get(port) ?? `port ${port}`;
  switch (point) {
    case 'packet_in':
      return `to the application, from ${its} of ${name}`;
    case 'to_router':
      return `to ${name}, ${its}`;
    case 'from_router':
      return `to the switch, from ${its} of ${name}`;
    case 'packet_out':
      return `out of ${its} of ${name}`;
  }
}

/** Without what was left out by an explicit undefined. */
function definedOf<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
