import type { Chip, LabStatus } from '../../../server/contract/status.ts';
import { clockOf } from '../state/text.ts';

/** What stands behind a chip's label: how long it waits, or what became of it. Empty when all is well. */
export function chipNote(chip: Chip, status: LabStatus, nowMs: number): string {
  if (chip.state === 'waiting') return clockOf(nowMs - chip.sinceMs);
  if (chip.state !== 'failed') return '';
  if (chip.id !== 'router') return 'failed';
  const ends = status.routers.flatMap(({ process }) =>
    process?.state === 'ended' && !process.stopped ? [process] : [],
  );
  if (ends.some((end) => end.signal !== undefined)) return 'crashed';
  return ends.length > 0 ? 'ended' : 'failed';
}

/** The chip that most needs a look, for the narrow page: failed before waiting before idle. */
export function worstChip(chips: readonly Chip[]): Chip | undefined {
  return (['failed', 'waiting', 'idle'] as const)
    .map((state) => chips.find((chip) => chip.state === state))
    .find((chip) => chip !== undefined);
}
