import type { Finding, FindingKind, Severity } from '../state/findings.ts';
import { severities, severityOrder } from '../state/findings.ts';
import { plural } from '../state/text.ts';

export interface SeverityGroup {
  readonly severity: Severity;
  readonly count: number;
  /** Those of which something was found, the most frequent first. */
  readonly kinds: readonly FindingKind[];
}

/** Kinds of which something was found, by severity. */
export function groupsOf(kinds: readonly FindingKind[]): SeverityGroup[] {
  return severityOrder.flatMap((severity) => {
    const found = kinds.filter((kind) => kind.severity === severity && kind.count > 0);
    if (found.length === 0) return [];
    const count = found.reduce((sum, kind) => sum + kind.count, 0);
    return [{ severity, count, kinds: [...found].sort((a, b) => b.count - a.count) }];
  });
}

/** “2 errors, 1 note” */
export const countsText = (groups: readonly SeverityGroup[]): string =>
  groups.map(({ severity, count }) => plural(count, severities[severity].one)).join(', ');

/** The filter for a kind. */
export const kindFilter = (kind: string): string => `lab.finding == "${kind}"`;

/** The filter for a finding's packet and its evidence. */
export const seqsFilter = ({ seqs }: Finding): string =>
  seqs.length === 1 ? `lab.seq == ${seqs[0]}` : `lab.seq in {${seqs.join(', ')}}`;
