import { useEffect, useState } from 'react';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { useMoment } from '../state/moment.ts';
import { serverNowMs } from '../state/server-clock.ts';
import type { TraceLog } from '../state/trace-log.ts';
import { traceStore } from '../state/trace-store.ts';
import { bridgeName } from './layout.ts';

/** What a node did to packets that the map should not pass over in silence (MAP12). */
export interface NodeMark {
  /** In the last five seconds. */
  readonly dropped: number;
  /** Why, of the latest. */
  readonly cause: string;
  /** Waiting now. */
  readonly held: number;
}

const windowUs = 5e6;
const mostRecords = 5_000;
const lookEveryMs = 500;

/** The node that dropped a packet: the router when it forwarded nothing, the switch when it took nothing, else the bridge. */
function whoDropped({ cause, node }: Pick<TraceRecord, 'cause' | 'node'>): string {
  const own = cause === 'not forwarded' || cause === 'switch gone' || cause === 'switch queue full';
  return own ? node : bridgeName;
}

/** Packets that are held and that nothing followed from yet; fed with every batch. */
export class HeldPackets {
  readonly #held = new Set<number>();

  get count(): number {
    return this.#held.size;
  }

  take(records: readonly TraceRecord[]): void {
    for (const { seq, verdict, parents } of records) {
      for (const parent of parents) this.#held.delete(parent);
      if (verdict === 'held') this.#held.add(seq);
    }
  }

  clear(): void {
    this.#held.clear();
  }
}

/** Marks by node: drops of the five seconds before `untilUs`, and what is held. */
export function nodeMarks(log: TraceLog, untilUs: number, held: number): ReadonlyMap<string, NodeMark> {
  const marks = new Map<string, NodeMark>();
  if (held > 0) marks.set(bridgeName, { dropped: 0, cause: '', held });
  const { ring } = log;
  const end = ring.indexAfter(untilUs);
  for (let index = end - 1; index >= Math.max(ring.first, end - mostRecords); index--) {
    const record = ring.at(index);
    if (record.tUs < untilUs - windowUs) break;
    if (record.verdict !== 'dropped') continue;
    const node = whoDropped(record);
    const mark = marks.get(node) ?? { dropped: 0, cause: '', held: 0 };
    marks.set(node, { ...mark, dropped: mark.dropped + 1, cause: mark.cause === '' ? record.cause : mark.cause });
  }
  return marks;
}

const nothing: ReadonlyMap<string, NodeMark> = new Map();

/** The marks of the moment that is shown; looked at twice a second, and drawn only when they changed. */
export function useNodeMarks(): ReadonlyMap<string, NodeMark> {
  const [marks, setMarks] = useState(nothing);
  useEffect(() => {
    const held = new HeldPackets();
    const { ring } = traceStore;
    for (let index = ring.first; index < ring.end; index++) held.take([ring.at(index)]);
    let text = '[]';
    let { generation } = traceStore;
    const look = () => {
      if (traceStore.generation !== generation) {
        generation = traceStore.generation;
        held.clear();
      }
      const { atUs } = useMoment.getState();
      const nowUs = (serverNowMs() - traceStore.epochMs) * 1000;
      const next = nodeMarks(traceStore, atUs ?? nowUs, atUs === undefined ? held.count : 0);
      const nextText = JSON.stringify([...next]);
      if (nextText !== text) setMarks(next);
      text = nextText;
    };
    look();
    const stops = [traceStore.onBatch((records) => held.take(records)), useMoment.subscribe(look)];
    const timer = setInterval(look, lookEveryMs);
    return () => {
      for (const stop of stops) stop();
      clearInterval(timer);
    };
  }, []);
  return marks;
}
