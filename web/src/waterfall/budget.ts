import type { MeasuredStage } from '../session/use-stages.ts';
import type { Journey, Stage, StageKind } from '../state/journey.ts';

/** The classic latency budget beside what was measured (WATER3). */

export interface BudgetRow {
  readonly kind: StageKind;
  readonly name: string;
  /** What the row is made of when the budget knows more parts than can be measured. */
  readonly parts: string;
  /** Undefined: the journey has no such stage. */
  readonly thisUs: number | undefined;
  readonly inferred: boolean;
  readonly measured: MeasuredStage | undefined;
  /** Undefined: the classic budget says nothing about it. */
  readonly budgetUs: number | undefined;
  /** Its p95 is above the budget. */
  readonly over: boolean;
}

const classic = [
  { kind: 'dispatch', name: 'Dispatch', way: 'PACKET_IN to VNS' },
  { kind: 'router', name: 'Router', way: 'in and out of the router' },
  { kind: 'packet-out', name: 'PACKET_OUT', way: 'VNS to PACKET_OUT' },
] as const;

const others: readonly { readonly kind: StageKind; readonly name: string; readonly parts: string }[] = [
  { kind: 'link', name: 'Links', parts: 'host to switch and back' },
  { kind: 'switch', name: 'Switch', parts: 'in and out of the switch' },
  { kind: 'controller', name: 'Controller', parts: 'PACKET_IN to PACKET_OUT' },
  { kind: 'held', name: 'Held', parts: 'until somebody let it go' },
  { kind: 'other', name: 'Other', parts: '' },
];

/** One row a stage of the classic budget, and one for each further kind that the journey has. */
export function budgetRows(journey: Journey | undefined, measured: readonly MeasuredStage[]): BudgetRow[] {
  const spent = (kind: StageKind) => {
    const own = journey?.stages.filter((stage) => stage.kind === kind) ?? [];
    return {
      thisUs: own.length === 0 ? undefined : covered(own),
      inferred: own.some((stage) => stage.inferred),
    };
  };
  const rows = classic.map(({ kind, name, way }): BudgetRow => {
    const told = measured.find((each) => each.stage === kind);
    const found = told !== undefined && told.count > 0 ? told : undefined;
    return {
      kind,
      name,
      parts: partsText(told) ?? way,
      ...spent(kind),
      // What came of which inside a router is never seen, only concluded.
      inferred: kind === 'router',
      measured: found,
      budgetUs: told?.budgetUs,
      over: found !== undefined && found.p95Us > found.budgetUs,
    };
  });
  const further = others.flatMap(({ kind, name, parts }): BudgetRow[] => {
    const { thisUs, inferred } = spent(kind);
    if (thisUs === undefined) return [];
    return [{ kind, name, parts, thisUs, inferred, measured: undefined, budgetUs: undefined, over: false }];
  });
  return [...rows, ...further];
}

/** Time that stages take together: what overlaps counts once. */
function covered(stages: readonly Stage[]): number {
  let sum = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const { from, to } of [...stages].sort((a, b) => a.from.tUs - b.from.tUs)) {
    sum += Math.max(0, to.tUs - Math.max(from.tUs, reached));
    reached = Math.max(reached, to.tUs);
  }
  return sum;
}

/** `VNS send 100, router 200, VNS receive 100: measured together`; undefined where the stage is one of the budget's own. */
function partsText(told: MeasuredStage | undefined): string | undefined {
  if (told === undefined || told.budgetParts.length < 2) return undefined;
  return `${told.budgetParts.map(({ part, us }) => `${part} ${us}`).join(', ')}: measured together`;
}

/** Sum of the classic budget, microseconds; undefined until the bridge has told it. */
export function totalBudgetUs(rows: readonly BudgetRow[]): number | undefined {
  const told = rows.flatMap(({ budgetUs }) => budgetUs ?? []);
  return told.length === 0 ? undefined : told.reduce((sum, us) => sum + us, 0);
}
