import type { StartLab } from '../../../server/contract/rest.ts';
import type { RouterChoice } from '../../../server/contract/status.ts';

/** How a lab was started last in this browser, so that it can be started so again. */

const key = (lab: string) => `patchbay.start.${lab}`;

function readRouter(value: unknown): RouterChoice | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined;
  if (value.kind === 'reference' || value.kind === 'network') return { kind: value.kind };
  if (value.kind !== 'command' || !('argv' in value) || !('cwd' in value)) return undefined;
  const { argv, cwd } = value;
  if (typeof cwd !== 'string' || !Array.isArray(argv)) return undefined;
  const words = argv.filter((word) => typeof word === 'string');
  return words.length === argv.length && words.length > 0 ? { kind: 'command', argv: words, cwd } : undefined;
}

/** Reads a kept choice; undefined when it is not one. */
export function readStart(value: unknown): StartLab | undefined {
  if (typeof value !== 'object' || value === null || !('router' in value)) return undefined;
  const router = readRouter(value.router);
  if (router === undefined) return undefined;
  const runtime = 'runtime' in value ? value.runtime : undefined;
  return runtime === 'mininet' || runtime === 'emulated' ? { runtime, router } : { router };
}

/** The last choice of a lab, undefined when it was never started here. */
export function lastStart(lab: string): StartLab | undefined {
  try {
    return readStart(JSON.parse(localStorage.getItem(key(lab)) ?? 'null'));
  } catch {
    // What cannot be read was not written by us.
    return undefined;
  }
}

/** Keeps a choice for the next time. */
export function keepStart(lab: string, start: StartLab): void {
  try {
    localStorage.setItem(key(lab), JSON.stringify(start));
  } catch {
    // Without storage the choice is made again.
  }
}
