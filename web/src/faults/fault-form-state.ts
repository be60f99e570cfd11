import type { FaultEffect, FaultSpec } from '../state/interventions.ts';
import { faultPlaceId, type Named } from '../state/places.ts';
import { filterProblem } from '../ui/filter-field.tsx';

export type EffectKind = FaultEffect['kind'];
type ChoiceKind = 'all' | 'nth' | 'every' | 'share';

/** What stands in the form, as it was typed. */
export interface FaultForm {
  readonly where: string;
  readonly direction: FaultSpec['where']['direction'];
  readonly what: EffectKind;
  /** Milliseconds, packets, kbit/s: whatever the effect counts; '' where it may be left out. */
  readonly amount: string;
  readonly jitter: string;
  readonly filter: string;
  readonly choice: ChoiceKind;
  readonly number: string;
  readonly seed: string;
  readonly afterS: string;
  readonly forS: string;
}

interface Amount {
  readonly label: string;
  readonly unit: string;
  readonly first: string;
  readonly least: number;
  readonly most: number;
  readonly isOptional?: boolean;
}

/** What each effect counts. */
export const amounts: Readonly<Partial<Record<EffectKind, Amount>>> = {
  delay: { label: 'By', unit: 'ms', first: '200', least: 0, most: 60_000 },
  reorder: { label: 'Behind', unit: 'packets', first: '1', least: 1, most: 100 },
  corrupt: { label: 'Bit', unit: 'or any', first: '', least: 0, most: 80_000, isOptional: true },
  'rate-limit': { label: 'To', unit: 'kbit/s', first: '64', least: 1, most: 10_000_000 },
  stall: { label: 'For', unit: 'ms', first: '5000', least: 0, most: 60_000 },
};

export const effectLabels: Readonly<Record<EffectKind, string>> = {
  lose: 'Lose',
  delay: 'Delay',
  duplicate: 'Duplicate',
  reorder: 'Reorder',
  corrupt: 'Corrupt',
  'rate-limit': 'Limit the rate',
  stall: 'Stall',
  disconnect: 'Disconnect the switch',
  kill: 'Kill the router',
};

/** Whether an effect hits frames; else it hits a connection or a program. */
export const hitsFrames = (what: EffectKind): boolean => what !== 'disconnect' && what !== 'kill';

/** The effects that a place can have. */
export function effectsAt(place: FaultSpec['where'] | undefined): readonly EffectKind[] {
  const all: readonly EffectKind[] = [
    'lose',
    'delay',
    'duplicate',
    'reorder',
    'corrupt',
    'rate-limit',
    'stall',
    'disconnect',
    'kill',
  ];
  const kind = place?.kind;
  return all.filter((what) => {
    if (what === 'disconnect') return kind === 'switch' || kind === 'controller';
    return what !== 'kill' || kind === 'router';
  });
}

export function emptyForm(where: string): FaultForm {
  return {
    ...{ where, direction: 'both', what: 'lose', amount: '', jitter: '0' },
    ...{ filter: '', choice: 'all', number: '3', seed: '1', afterS: '0', forS: '0' },
  };
}

/** The form that stands for a fault, to change it. */
export function formOf({ where, what, which, seed, when }: FaultSpec): FaultForm {
  const choice = which.nth !== undefined ? 'nth' : which.every !== undefined ? 'every' : 'all';
  const share = which.share;
  return {
    where: faultPlaceId(where),
    direction: where.direction,
    what: what.kind,
    amount: amountOf(what),
    jitter: what.kind === 'delay' ? String(what.jitterMs) : '0',
    filter: which.filter,
    choice: share === undefined ? choice : 'share',
    number: String(share === undefined ? (which.nth ?? which.every ?? 3) : share * 100),
    seed: String(seed),
    afterS: String(when.afterMs / 1000),
    forS: String(when.forMs / 1000),
  };
}

function amountOf(what: FaultEffect): string {
  switch (what.kind) {
    case 'delay':
    case 'stall':
      return String(what.ms);
    case 'reorder':
      return String(what.behind);
    case 'corrupt':
      return what.bit === undefined ? '' : String(what.bit);
    case 'rate-limit':
      return String(what.kbitPerSecond);
    default:
      return '';
  }
}

const hourS = 3600;

function integer(text: string, least: number, most: number): number | undefined {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}
function decimal(text: string, most: number): number | undefined {
  const value = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
  return value <= most ? value : undefined;
}

/** Why each input of the form cannot be, by its name; none when it is a fault. */
export type FormProblems = Partial<Record<keyof FaultForm, string>>;

/** The fault that the form says, or what is wrong with it (FAULT2). */
export function faultOf(
  form: FaultForm,
  places: readonly Named<FaultSpec['where']>[],
): { readonly fault: FaultSpec | undefined; readonly problems: FormProblems } {
  const place = places.find(({ id }) => id === form.where)?.place;
  const problems: { -readonly [K in keyof FaultForm]?: string } = {};
  if (place === undefined) problems.where = 'Choose where.';
  else if (!effectsAt(place).includes(form.what)) problems.what = 'This cannot be done there.';
  const frames = hitsFrames(form.what);
  const amount = amounts[form.what];
  const isLeftOut = amount?.isOptional === true && form.amount.trim() === '';
  const number = amount === undefined || isLeftOut ? 0 : integer(form.amount, amount.least, amount.most);
  if (number === undefined) problems.amount = `A number from ${amount?.least} to ${amount?.most}.`;
  const jitterMs = form.what === 'delay' ? integer(form.jitter, 0, 60_000) : 0;
  if (jitterMs === undefined) problems.jitter = 'A number from 0 to 60000.';
  const filterWhy = frames ? filterProblem(form.filter) : undefined;
  if (filterWhy !== undefined) problems.filter = filterWhy;
  const counted = form.choice === 'share' ? decimal(form.number, 100) : integer(form.number, 1, 1_000_000);
  if (frames && form.choice !== 'all' && counted === undefined)
    problems.number = form.choice === 'share' ? 'A share from 0 to 100 %.' : 'A number from 1 to 1000000.';
  const seed = integer(form.seed, 0, 0xffff_ffff);
  if (seed === undefined) problems.seed = 'A number from 0 to 4294967295.';
  const afterS = decimal(form.afterS, hourS);
  if (afterS === undefined) problems.afterS = 'Seconds, an hour at most.';
  const forS = decimal(form.forS, 24 * hourS);
  if (forS === undefined) problems.forS = 'Seconds, a day at most.';
  if (place === undefined || Object.keys(problems).length > 0) return { fault: undefined, problems };
  return {
    problems,
    fault: {
      where: { ...place, direction: form.direction },
      what: effectOf(form.what, number ?? 0, jitterMs ?? 0, isLeftOut),
      which: frames ? { filter: form.filter.trim(), ...chosen(form.choice, counted ?? 0) } : { filter: '' },
      seed: seed ?? 0,
      when: { afterMs: Math.round((afterS ?? 0) * 1000), forMs: Math.round((forS ?? 0) * 1000) },
    },
  };
}

function effectOf(kind: EffectKind, amount: number, jitterMs: number, isLeftOut: boolean): FaultEffect {
  switch (kind) {
    case 'delay':
      return { kind, ms: amount, jitterMs };
    case 'reorder':
      return { kind, behind: amount };
    case 'corrupt':
      return isLeftOut ? { kind } : { kind, bit: amount };
    case 'rate-limit':
      return { kind, kbitPerSecond: amount };
    case 'stall':
      return { kind, ms: amount };
    default:
      return { kind };
  }
}

function chosen(choice: ChoiceKind, number: number): { nth?: number; every?: number; share?: number } {
  if (choice === 'nth') return { nth: number };
  if (choice === 'every') return { every: number };
  return choice === 'share' ? { share: number / 100 } : {};
}
