import type { Static } from 'typebox';
import { create } from 'zustand';
import type { expertMethods, Finding, FindingKind } from '../../../server/contract/expert.ts';
import type { Problem } from '../../../server/contract/status.ts';

export type { Finding, FindingKind } from '../../../server/contract/expert.ts';

type Answer = Static<(typeof expertMethods)['expert:findings']['answer']>;

/** What is wrong or remarkable in the lab's log, as the server last told it. Written by session/findings.ts. */
export interface Findings {
  /** Records that were looked at; 0 while nothing is known. */
  readonly packets: number;
  /** False while the server has not looked at everything yet. */
  readonly isComplete: boolean;
  /** Found and no longer kept. */
  readonly dropped: number;
  /** Every kind that is looked for, also those of which nothing was found. */
  readonly kinds: readonly FindingKind[];
  /** In the order in which they were found. */
  readonly findings: readonly Finding[];
  readonly bySeq: ReadonlyMap<number, readonly Finding[]>;
  /** Why it could not be asked the last time. */
  readonly problem: Problem | undefined;
}

const none: Findings = {
  packets: 0,
  isComplete: true,
  dropped: 0,
  kinds: [],
  findings: [],
  bySeq: new Map(),
  problem: undefined,
};
const nothing: readonly Finding[] = [];

export const useFindings = create<Findings>()(() => none);

/** Takes in what is new, and lets go of what the server no longer keeps. */
export function takeFindings({ packets, isComplete, dropped, kinds, findings: fresh }: Answer): void {
  const { findings: known, bySeq: before } = useFindings.getState();
  const keptFrom = new Map(kinds.map(({ kind, keptFromId }) => [kind, keptFromId]));
  const isKept = ({ id, kind }: Finding): boolean => id >= (keptFrom.get(kind) ?? 0);
  const isSame = fresh.length === 0 && known.every(isKept);
  const findings = isSame ? known : [...known, ...fresh].filter(isKept);
  const bySeq = isSame ? before : groupedBySeq(findings);
  useFindings.setState({ packets, isComplete, dropped, kinds, findings, bySeq, problem: undefined });
}

/** Forgets everything: another lab, or another run of it. */
export function resetFindings(): void {
  useFindings.setState(none);
}

/** What was found about a record. */
export const findingsOf = (seq: number): readonly Finding[] => useFindings.getState().bySeq.get(seq) ?? nothing;

/** What was found about a record; draws again when that changes. */
export const useFindingsOf = (seq: number): readonly Finding[] =>
  useFindings((state) => state.bySeq.get(seq) ?? nothing);

/** How each severity is marked: icon, word and tone. */
export const severities = {
  error: { icon: 'bad', one: 'error', tone: 'bad' },
  warning: { icon: 'warn', one: 'warning', tone: 'warn' },
  note: { icon: 'info', one: 'note', tone: 'info' },
} as const;
export type Severity = Finding['severity'];
export const severityOrder: readonly Severity[] = ['error', 'warning', 'note'];

/** The worst of some findings. */
export const worstOf = (findings: readonly Finding[]): Severity | undefined =>
  severityOrder.find((severity) => findings.some((finding) => finding.severity === severity));

function groupedBySeq(findings: readonly Finding[]): Map<number, Finding[]> {
  const bySeq = new Map<number, Finding[]>();
  for (const finding of findings) {
    const [seq = 0] = finding.seqs;
    const list = bySeq.get(seq);
    if (list === undefined) bySeq.set(seq, [finding]);
    else list.push(finding);
  }
  return bySeq;
}
