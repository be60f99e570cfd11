import type { Breakpoint, Held, InterceptPoint } from '../state/interventions.ts';
import { traceStore } from '../state/trace-store.ts';

/** What a point is, in a few words. */
export const pointWords: Readonly<Record<InterceptPoint, string>> = {
  packet_in: 'from the switch',
  to_router: 'to the router',
  from_router: 'from the router',
  packet_out: 'to the switch',
};

/** Why a frame is held, as a sentence. */
export function whyText(why: Held['why'], breakpoints: readonly Pick<Breakpoint, 'id' | 'filter'>[]): string {
  if (why.kind === 'step') return 'It was stepped here.';
  if (why.kind === 'behind') return 'It waits behind a held packet of its flow, to keep their order.';
  const filter = breakpoints.find(({ id }) => id === why.id)?.filter;
  if (filter === undefined) return 'Its breakpoint has been removed.';
  return filter === '' ? 'Its breakpoint holds every packet.' : `It fits the breakpoint ${filter}.`;
}

/** Time until it is dropped: `16 s left`. */
export function leftText(deadlineMs: number, nowMs: number): string {
  return `${Math.max(0, Math.ceil((deadlineMs - nowMs) / 1000))} s left`;
}

/** What became of a held packet that nobody here let go, by the record of its holding, as far as the trace has told. */
export function goneText(seq: number): string {
  const after = traceStore.childrenOf(seq).flatMap((child) => traceStore.record(child) ?? []);
  const drop = after.find(({ point }) => point === 'drop');
  if (drop?.cause === 'held too long') return `#${seq} was dropped: its time was over.`;
  if (drop !== undefined) return `#${seq} was dropped by somebody else.`;
  return after.length > 0 ? `#${seq} was forwarded by somebody else.` : `#${seq} is no longer held.`;
}

/** A breakpoint's id that none of `taken` has. */
export function freshId(taken: readonly { readonly id: string }[]): string {
  for (let n = 1; ; n++) if (!taken.some(({ id }) => id === `b${n}`)) return `b${n}`;
}
