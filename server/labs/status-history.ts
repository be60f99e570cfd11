import type { LabMoment } from '../contract/moments.ts';
import type { LabStatus, RouterStatus } from '../contract/status.ts';

const keptMoments = 500;

/** What the map showed since the lab was started, so that the page can go back to any moment (LAB16). */
export class StatusHistory {
  #moments: LabMoment[] = [];
  #last = '';

  /** Oldest first, at most 500. */
  get moments(): readonly LabMoment[] {
    return this.#moments;
  }

  /** Keeps the state if it is another one than the last; `atMs` is Unix time. */
  note(status: LabStatus, atMs: number): void {
    const { phase, switches, hosts } = status;
    const state = { phase, switches, routers: status.routers.map(withoutCounts), hosts };
    const text = JSON.stringify(state);
    if (text === this.#last) return;
    this.#last = text;
    // What a status holds may be changed later by whom it belongs to.
    this.#moments.push({ atMs, ...structuredClone(state) });
    if (this.#moments.length > keptMoments) this.#moments.shift();
  }

  clear(): void {
    this.#moments = [];
    this.#last = '';
  }
}

/** A router as the map shows it: that it routed one packet more is no change, and who stands beside it is not on the map. */
function withoutCounts({ process, second: _second, ...router }: RouterStatus): RouterStatus {
  if (process === undefined) return router;
  const { lastPacket: _, ...kept } = process;
  return { ...router, process: { ...kept, packetsRouted: 0 } };
}
