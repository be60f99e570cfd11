import { Fragment } from 'react';
import { type Finding, severities, useFindingsOf } from '../state/findings.ts';
import { showRequirement } from '../state/requirement.ts';
import { pointAtPacket } from '../state/trace-store.ts';
import { Icon } from '../ui/icon.tsx';
import './finding.css';

/** What was found about a packet, above its fields (EXPERT4). */
export function FindingBars({ seq }: { seq: number }) {
  const findings = useFindingsOf(seq);
  if (findings.length === 0) return null;
  return (
    <ul className="finding-bars" data-testid="packet-findings" aria-label="Findings">
      {findings.map((finding) => (
        <Bar key={finding.id} finding={finding} />
      ))}
    </ul>
  );
}

function Bar({ finding: { kind, severity, sentence, seqs, requirement, inference } }: { finding: Finding }) {
  const { icon, one } = severities[severity];
  return (
    <li className={`finding-bar finding-${severity}`} data-testid={`packet-finding-${kind}`}>
      <Icon name={icon} size="s" />
      <span>
        <b>{one}: </b>
        {sentence}
        {inference !== null && <span title={`Inferred from ${inference}`}> ≈ inferred</span>}
        {seqs.length > 1 && ' · beside'}
        {seqs.slice(1).map((seq) => (
          <Fragment key={seq}>
            {' '}
            <button
              type="button"
              className="finding-link"
              data-testid="packet-finding-evidence"
              onClick={() => pointAtPacket(seq)}
            >
              #{seq}
            </button>
          </Fragment>
        ))}
        {requirement !== null && ' · requirement '}
        {requirement !== null && (
          <button
            type="button"
            className="finding-link"
            data-testid="packet-finding-requirement"
            title={requirement.text}
            onClick={() => showRequirement(requirement.rule, requirement.text)}
          >
            {requirement.rule}
          </button>
        )}
      </span>
    </li>
  );
}
