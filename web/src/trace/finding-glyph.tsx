import { severities, useFindingsOf, worstOf } from '../state/findings.ts';
import { Icon } from '../ui/icon.tsx';
import './finding.css';

/** In a row of the trace: the worst of what was found about the packet (EXPERT4). */
export function FindingGlyph({ seq }: { seq: number }) {
  const findings = useFindingsOf(seq);
  const worst = worstOf(findings);
  if (worst === undefined) return null;
  const { icon, one } = severities[worst];
  return (
    <span
      className={`finding-glyph finding-${worst}`}
      title={findings.map(({ sentence }) => sentence).join('\n')}
      data-testid="trace-finding"
      data-severity={worst}
    >
      <Icon name={icon} size="s" />
      <span className="unseen">{one}</span>
    </span>
  );
}
