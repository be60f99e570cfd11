import type { Chip, LabStatus } from '../../../server/contract/status.ts';
import { useCompact, useServerNow } from '../state/hooks.ts';
import { clockOf } from '../state/text.ts';
import { Icon } from '../ui/icon.tsx';
import type { IconName } from '../ui/icon-paths.ts';
import { Tooltip } from '../ui/tooltip.tsx';
import { chipNote, worstChip } from './readiness.ts';

const icons: Readonly<Record<Chip['state'], IconName>> = { ok: 'ok', waiting: 'waiting', failed: 'bad', idle: 'idle' };
const words: Readonly<Record<Chip['state'], string>> = {
  ok: 'ready',
  waiting: 'waiting',
  failed: 'failed',
  idle: 'not started',
};

/** Network, switch, controller, VNS, router, hosts: what is up, and what waits for whom. */
export function ReadinessChips({ status }: { status: LabStatus }) {
  const { chips } = status;
  const compact = useCompact();
  const now = useServerNow(
    1000,
    chips.some((chip) => chip.state === 'waiting'),
  );
  if (compact) {
    const worst = worstChip(chips);
    const ok = chips.filter((chip) => chip.state === 'ok').length;
    return worst === undefined ? (
      <Tooltip text={`Ready: ${chips.map(({ label }) => label).join(', ')}.`}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: its tooltip must be readable by keyboard */}
        <span className="ready-chip" data-state="ok" data-testid="ready-all" tabIndex={0}>
          <Icon name="ok" size="s" />
          {ok} of {chips.length}
        </span>
      </Tooltip>
    ) : (
      <ReadinessChip chip={worst} status={status} now={now} />
    );
  }
  return (
    <ul className="ready" aria-label="Readiness">
      {chips.map((chip) => (
        <li key={chip.id}>
          <ReadinessChip chip={chip} status={status} now={now} />
        </li>
      ))}
    </ul>
  );
}

function ReadinessChip({ chip, status, now }: { chip: Chip; status: LabStatus; now: number }) {
  const note = chipNote(chip, status, now);
  const waits = chip.state === 'waiting' ? ` Waiting for ${clockOf(now - chip.sinceMs)}.` : '';
  return (
    <Tooltip text={`${chip.detail === '' ? `${chip.label}: ${words[chip.state]}.` : chip.detail}${waits}`}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: its tooltip must be readable by keyboard */}
      <span className="ready-chip" data-state={chip.state} data-testid={`ready-${chip.id}`} tabIndex={0}>
        <Icon name={icons[chip.state]} size="s" />
        {chip.label}
        <span className="unseen">: {words[chip.state]}</span>
        {note !== '' && <span className="ready-note">{note}</span>}
      </span>
    </Tooltip>
  );
}
