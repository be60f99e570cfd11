import type { DefaultRuntime, LabDetail, RuntimeInfo } from '../../../server/contract/rest.ts';
import type { RuntimeKind } from '../../../server/contract/status.ts';
import { runtimeTexts } from '../state/runtime-text.ts';
import { Chip } from '../ui/chip.tsx';
import { Icon } from '../ui/icon.tsx';

/** One runtime beside a lab: whether the lab can run on it here, and what to know. */
export interface RuntimeOffer {
  readonly kind: RuntimeKind;
  /** `not here`: it cannot run on this machine; `lacks`: it can, but has not what this lab needs. */
  readonly state: 'available' | 'not here' | 'lacks';
  /** Why not, or what to know about it. */
  readonly notes: readonly string[];
  readonly isDefault: boolean;
}

/** The runtimes in the server's order, as this lab sees them (UI28). */
export function runtimeOffers(
  runtimes: readonly RuntimeInfo[],
  lacks: LabDetail['lacks'],
  standard: DefaultRuntime | undefined,
): RuntimeOffer[] {
  return runtimes.map(({ kind, available, notes }) => {
    const reasons = lacks.find((each) => each.kind === kind)?.reasons ?? [];
    const state = !available ? 'not here' : reasons.length > 0 ? 'lacks' : 'available';
    return { kind, state, notes: state === 'lacks' ? reasons : notes, isDefault: kind === standard?.kind };
  });
}

/** The runtime to offer first: the last one if the lab can run on it, else the server's default, else what there is. */
export function firstRuntime(offers: readonly RuntimeOffer[], last: RuntimeKind | undefined): RuntimeKind | undefined {
  const usable = offers.filter(({ state }) => state === 'available');
  const found = usable.find(({ kind }) => kind === last) ?? usable.find(({ isDefault }) => isDefault) ?? usable[0];
  return found?.kind;
}

/** Why the default is the default; what stands beside a runtime that cannot run here is not said twice. */
export function defaultText(
  runtimes: readonly RuntimeInfo[],
  standard: DefaultRuntime | undefined,
): string | undefined {
  if (standard === undefined) return undefined;
  const { title } = runtimeTexts[standard.kind];
  const missing = runtimes.filter(({ available }) => !available);
  const said = missing.flatMap(({ notes }) => notes).join(' ');
  if (said !== '' && standard.why === said) {
    const names = missing.map(({ kind }) => runtimeTexts[kind].title).join(' and ');
    return `${title} is the default: ${names} cannot run here.`;
  }
  return `${title} is the default. ${standard.why}`;
}

const stateChips = {
  available: { tone: 'ok', icon: 'check', text: 'available' },
  'not here': { tone: 'warn', icon: 'warn', text: 'not here' },
  lacks: { tone: 'warn', icon: 'warn', text: 'not for this lab' },
} as const;

/** A runtime as a radio button, off with its reasons where the lab cannot run on it. */
export function RuntimeRadio({
  offer: { kind, state, notes },
  chosen,
  onChoose,
}: {
  offer: RuntimeOffer;
  chosen: boolean;
  onChoose: () => void;
}) {
  const { title, text } = runtimeTexts[kind];
  const chip = stateChips[state];
  return (
    <label className="radio" data-on={chosen ? '' : undefined} data-state={state} data-testid={`runtime-${kind}`}>
      <input
        type="radio"
        name="runtime"
        className="unseen"
        value={kind}
        checked={chosen}
        disabled={state !== 'available'}
        onChange={onChoose}
      />
      <span className="radio-dot" aria-hidden="true" />
      <span className="grow">
        <span className="row strong">
          <span className="grow">{title}</span>
          <Chip tone={chip.tone} icon={chip.icon}>
            {chip.text}
          </Chip>
        </span>
        <span className="radio-text">{text}</span>
        {notes.map((note) => (
          <span key={note} className="radio-note">
            {state !== 'available' && <Icon name="warn" size="s" />}
            <span>{note}</span>
          </span>
        ))}
      </span>
    </label>
  );
}
