import type { ReplayUpload } from '../../../server/contract/captures.ts';
import { announce } from '../state/announce.ts';
import { fromBase64, toBase64 } from '../state/base64.ts';
import {
  type BreakpointSpec,
  type Breakpoints,
  type FaultSpec,
  type FramePlace,
  type Held,
  type HeldFrames,
  type HoldAction,
  type ReplayRequest,
  resetInterventions,
  setHeld,
  useInterventions,
} from '../state/interventions.ts';
import { useLab } from '../state/lab-store.ts';
import { notify } from '../state/notices.ts';
import { plural } from '../state/text.ts';
import { traceStore } from '../state/trace-store.ts';
import { api } from './api.ts';
import { HeldEdits } from './held-edits.ts';
import { problemOf } from './problem.ts';
import { uploadApi } from './upload-api.ts';

/** While something is on, its counters and deadlines are asked for this often; and at most so often at all. */
const everyMs = 1_000;
const leastMs = 150;
const sessionPoints: readonly string[] = ['hold', 'inject', 'fault'];

/** Asks, and tells a person when that was refused; undefined then. */
async function asked<T>(ask: (lab: string) => Promise<T>): Promise<T | undefined> {
  const { id } = useLab.getState();
  if (id === undefined) return undefined;
  try {
    return await ask(id);
  } catch (error) {
    notify(problemOf(error));
    return undefined;
  }
}

const edits = new HeldEdits((id, bytes) =>
  asked(async (lab) => {
    const action = { kind: 'edit-bytes' as const, bytes: toBase64(bytes) };
    try {
      await api.workbench(lab, 'hold:act', { ids: [id], action });
    } catch (error) {
      // The list tells that it is gone, and the pane says so where it was typed.
      if (problemOf(error).code !== 'not-found') throw error;
      ask();
    }
  }),
);

/** Takes in the list; what was typed here and is not sent yet wins over what the server has. */
export function takeHeld({ nowUs, frames }: HeldFrames, nowMs: number, unsent: Pick<HeldEdits, 'of'> = edits): void {
  const before = new Map(useInterventions.getState().held.map((each) => [each.id, each]));
  const wall = (us: number): number => nowMs + (us - nowUs) / 1000;
  const held = frames.map((frame): Held => {
    const bytes = fromBase64(frame.bytes);
    const mine = unsent.of(frame.id);
    const known = before.get(frame.id)?.original;
    const recorded = traceStore.record(frame.seq);
    const logged = recorded?.frame.length === recorded?.length ? recorded?.frame : undefined;
    return {
      ...frame,
      bytes: mine ?? bytes,
      isEdited: frame.isEdited || mine !== undefined,
      original: known ?? (frame.isEdited ? logged : bytes),
      heldMs: wall(frame.heldUs),
      deadlineMs: wall(frame.deadlineUs),
    };
  });
  setHeld(held);
}

async function refresh(lab: string): Promise<void> {
  const { generation } = edits;
  const [held, breakpoints, faults, replay] = await Promise.all([
    api.workbench(lab, 'hold:list', {}),
    api.workbench(lab, 'hold:breakpoints', {}),
    api.workbench(lab, 'fault:list', {}),
    api.workbench(lab, 'inject:status', {}),
  ]);
  if (useLab.getState().id !== lab) return;
  if (generation === edits.generation) takeHeld(held, Date.now());
  else ask();
  useInterventions.setState({ breakpoints, faults, replay });
}

let ask: () => void = () => undefined;

/** Keeps what is held, set and running in the store while a lab is open; the returned function stops it. */
export function followInterventions(lab: string): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsking = false;
  let isLeft = false;
  let workbench = '';
  const running = (): boolean => {
    const { status, connection } = useLab.getState();
    return status?.phase === 'running' && connection.state === 'connected';
  };
  const plan = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(look, ms);
  };
  const look = (): void => {
    if (isAsking || isLeft || !running()) return;
    isAsking = true;
    refresh(lab)
      // A lab that stops just now is told elsewhere.
      .catch(() => undefined)
      .finally(() => {
        isAsking = false;
        const { held, faults, replay } = useInterventions.getState();
        const isBusy = held.length > 0 || faults.length > 0 || replay?.state === 'running';
        if (!isLeft && isBusy) plan(everyMs);
      });
  };
  ask = () => plan(leastMs);
  const stops = [
    useLab.subscribe(({ status, connection }) => {
      // Counts of what is held and set, told by the server to every page; after a break they may be old.
      const now = status?.phase === 'running' ? `${connection.state} ${JSON.stringify(status.workbench)}` : '';
      if (now === workbench) return;
      workbench = now;
      if (now === '') resetInterventions();
      else ask();
    }),
    traceStore.onBatch((records) => {
      if (records.some(({ point }) => sessionPoints.includes(point))) ask();
    }),
  ];
  look();
  return () => {
    isLeft = true;
    clearTimeout(timer);
    for (const stop of stops) stop();
    edits.forget();
    resetInterventions();
  };
}

/** Acts on held frames, after what was typed into them has been sent. Resolves to how many it was done to. */
export async function actOnHeld(ids: readonly number[] | 'all', action: HoldAction): Promise<number> {
  await edits.settled();
  const done = await asked((lab) => api.workbench(lab, 'hold:act', { ids: ids === 'all' ? 'all' : [...ids], action }));
  if (done !== undefined && done.done > 0 && action.kind in said)
    announce(`${plural(done.done, 'packet')} ${said[action.kind]}.`);
  await now();
  return done?.done ?? 0;
}
const said: Partial<Record<HoldAction['kind'], string>> = {
  forward: 'forwarded',
  drop: 'dropped',
  duplicate: 'forwarded twice',
  revert: 'as it came',
};

/** The bytes that a held frame is to become. */
export function editHeld(id: number, bytes: Uint8Array): void {
  useInterventions.setState(({ held }) => ({
    held: held.map((each) => (each.id === id ? { ...each, bytes, isEdited: true } : each)),
  }));
  edits.push(id, bytes);
}

/** Forwards all, and lets used-up breakpoints hold again. */
export async function runHeld(): Promise<void> {
  await edits.settled();
  await asked((lab) => api.workbench(lab, 'hold:run', {}));
  await now();
}

/** Lets one frame go to its next point and holds it there. */
export async function stepHeld(id: number): Promise<void> {
  await edits.settled();
  const step = await asked((lab) => api.workbench(lab, 'hold:step', { id }));
  if (step !== undefined) announce(outcomes[step.outcome]);
  await now();
}
const outcomes = {
  held: 'Held at its next point.',
  awaited: 'It went into the router, whose next packet will be held.',
  left: 'It went where it cannot be followed.',
  dropped: 'It was dropped.',
};

/** Replaces the breakpoints or changes how frames are held. Resolves to whether that was taken. */
export async function setBreakpoints(
  change: Partial<Omit<Breakpoints, 'breakpoints'>> & { readonly breakpoints?: readonly BreakpointSpec[] },
): Promise<boolean> {
  const { breakpoints, ...settings } = change;
  const set = await asked((lab) =>
    api.workbench(lab, 'hold:breakpoints', {
      ...settings,
      ...(breakpoints === undefined ? {} : { breakpoints: [...breakpoints] }),
    }),
  );
  if (set !== undefined) useInterventions.setState({ breakpoints: set });
  return set !== undefined;
}

/** Adds a fault or replaces the one of its id. Resolves to whether it was taken. */
export async function setFault(fault: FaultSpec): Promise<boolean> {
  const set = await asked((lab) => api.workbench(lab, 'fault:set', fault));
  await now();
  return set !== undefined;
}
/** Removes a fault; what it delayed goes on. */
export async function removeFault(id: string): Promise<void> {
  const faults = await asked((lab) => api.workbench(lab, 'fault:remove', { id }));
  if (faults !== undefined) useInterventions.setState({ faults });
}
/** Removes every fault. */
export async function stopFaults(): Promise<void> {
  const faults = await asked((lab) => api.workbench(lab, 'fault:stop-all', {}));
  if (faults === undefined) return;
  useInterventions.setState({ faults });
  announce('All faults have stopped.');
}

/** Puts a frame in. Resolves to its record, undefined when it was refused. */
export async function injectFrame(place: FramePlace, bytes: Uint8Array): Promise<number | undefined> {
  return (await asked((lab) => api.workbench(lab, 'inject:frame', { ...place, bytes: toBase64(bytes) })))?.seq;
}
/** Starts a replay. */
export async function startReplay(request: ReplayRequest): Promise<boolean> {
  const replay = await asked((lab) => api.workbench(lab, 'inject:replay', request));
  if (replay === undefined) return false;
  useInterventions.setState({ replay });
  ask();
  return true;
}
/** Replays a capture that the server keeps. */
export async function startUploadReplay(id: number, request: ReplayUpload): Promise<boolean> {
  const replay = await asked((lab) => uploadApi.replay(lab, id, request));
  if (replay === undefined) return false;
  useInterventions.setState({ replay });
  ask();
  return true;
}
/** Ends the replay that runs. */
export async function cancelReplay(): Promise<void> {
  const replay = await asked((lab) => api.workbench(lab, 'inject:cancel', {}));
  if (replay !== undefined) useInterventions.setState({ replay });
}

async function now(): Promise<void> {
  const { id } = useLab.getState();
  if (id !== undefined) await refresh(id).catch(() => undefined);
  ask();
}
