import type { InterceptPoint, Passage } from '../trace/intercept.ts';
import { WorkbenchError } from './method.ts';

/** A point at one switch or router, and its port: of a router, the port that the interface stands for. */
export interface FramePlace {
  readonly point: InterceptPoint;
  readonly node: string;
  readonly port: number;
}

/** The passage of a place. Throws not-found, with what there is. */
export function passageAt(passages: readonly Passage[], { point, node, port }: FramePlace): Passage {
  const there = passages.filter((passage) => passage.point === point);
  const found = there.find(({ name }) => name === node);
  if (found === undefined)
    throw new WorkbenchError(
      'not-found',
      `There is no "${node}" with ${point}, only ${list(there.map(({ name }) => name))}`,
    );
  refuseUnknownPort(found, port);
  return found;
}

/** Throws not-found for a switch, router or port that there is not; undefined stands for any. */
export function refuseUnknownPlace(
  passages: readonly Passage[],
  place: { readonly name: string | undefined; readonly port: number | undefined; readonly isSwitch: boolean },
): void {
  const { name, port, isSwitch } = place;
  if (name === undefined) return;
  const there = passages.filter(({ point }) => point === (isSwitch ? 'packet_in' : 'to_router'));
  const found = there.find((passage) => passage.name === name);
  if (found === undefined)
    throw new WorkbenchError(
      'not-found',
      `There is no ${isSwitch ? 'switch' : 'router'} "${name}", only ${list(there.map((each) => each.name))}`,
    );
  if (port !== undefined) refuseUnknownPort(found, port);
}

function refuseUnknownPort({ name, ports }: Passage, port: number): void {
  const known = ports();
  if (known.has(port)) return;
  const names = [...known].map(([number, its]) => `${number} (${its})`);
  throw new WorkbenchError('not-found', `${name} has no port ${port}, only ${list(names)}`);
}

const list = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));
