import { useMemo } from 'react';
import { type Finding, type FindingKind, severities, useFindings } from '../state/findings.ts';
import { useLab } from '../state/lab-store.ts';
import { showRequirement } from '../state/requirement.ts';
import { useSelection } from '../state/selection.ts';
import { showFiltered } from '../state/show-filtered.ts';
import { countOf, plural } from '../state/text.ts';
import { pointAtPacket } from '../state/trace-store.ts';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { Icon } from '../ui/icon.tsx';
import { kindFilter, seqsFilter } from './finding-words.ts';

/** Packets that are listed at once. */
const listed = 50;

interface KindRowProps {
  readonly kind: FindingKind;
  readonly isOpen: boolean;
  readonly onOpen: () => void;
}

/** A kind: its count and first packet; open, its requirement and its packets (EXPERT2, EXPERT3). */
export function KindRow({ kind, isOpen, onOpen }: KindRowProps) {
  const { kind: name, title, severity, count, requirement, firstSeq } = kind;
  return (
    <li data-testid={`findings-kind-${name}`} data-count={count}>
      <button
        type="button"
        className="report-row findings-row"
        aria-expanded={isOpen}
        data-stop=""
        data-testid={`findings-open-${name}`}
        onClick={onOpen}
      >
        <Icon name={isOpen ? 'down' : 'right'} size="s" />
        <span className={`findings-glyph findings-is-${severity}`}>
          <Icon name={severities[severity].icon} size="s" />
        </span>
        <span className="findings-title">{title}</span>
        <span className="mid">
          {requirement !== null && `${requirement.rule} · `}first #{firstSeq}
        </span>
        <b className="findings-count">{countOf(count)}</b>
      </button>
      {isOpen && <Packets kind={kind} />}
    </li>
  );
}

function Packets({ kind: { kind: name, kept, count } }: { kind: FindingKind }) {
  const findings = useFindings((state) => state.findings);
  const own = useMemo(() => findings.filter(({ kind }) => kind === name), [findings, name]);
  const newest = own.slice(-listed);
  const unlisted = count - newest.length;
  const requirements = new Map(own.flatMap(({ requirement: r }) => (r === null ? [] : [[r.rule, r] as const])));
  return (
    <div className="findings-card">
      {[...requirements.values()].map((requirement) => (
        <RequirementLine key={requirement.rule} requirement={requirement} />
      ))}
      {own[0]?.inference != null && <Chip tone="inferred">inferred from {own[0].inference}</Chip>}
      <ol className="findings-packets">
        {newest.map((finding) => (
          <Packet key={finding.id} finding={finding} />
        ))}
      </ol>
      {unlisted > 0 && (
        <p className="mid">
          The newest {newest.length} are listed; {plural(unlisted, 'other is', 'others are')} not
          {kept < count ? `, of which ${countOf(count - kept)} are no longer kept` : ''}.
        </p>
      )}
      <Button
        id={`findings.show-${name}`}
        label="Show these packets"
        icon="filter"
        hint={`Sets the trace’s filter: ${kindFilter(name)}`}
        onPress={() => showFiltered(kindFilter(name))}
      />
    </div>
  );
}

/** What is required; it leads to the guide where the guide says so. */
function RequirementLine({ requirement: { rule, text } }: { requirement: NonNullable<Finding['requirement']> }) {
  const isInGuide = useLab(({ detail }) => detail?.lab.requirements?.some((each) => each.rule === rule) ?? false);
  return (
    <p className="report-requirement" data-testid="findings-requirement">
      Requirement{' '}
      {isInGuide ? (
        <button
          type="button"
          className="report-link findings-link"
          data-testid={`findings-guide-${rule}`}
          title="Open the guide where it says so"
          onClick={() => showRequirement(rule, text)}
        >
          {rule}
        </button>
      ) : (
        <b>{rule}</b>
      )}
      : {text}
    </p>
  );
}

function Packet({ finding }: { finding: Finding }) {
  const { id, seqs, sentence, node } = finding;
  const [seq = 0, ...evidence] = seqs;
  const isSelected = useSelection(({ current }) => current?.kind === 'packet' && current.seq === seq);
  return (
    <li className={isSelected ? 'findings-selected' : undefined} data-testid={`finding-${id}`} data-seq={seq}>
      <button
        type="button"
        className="findings-packet"
        aria-current={isSelected ? 'true' : undefined}
        data-stop=""
        data-testid={`finding-select-${id}`}
        onClick={() => pointAtPacket(seq)}
      >
        <span className="report-link findings-link">#{seq}</span>
        <span className="findings-sentence">
          <span className="mid">{node} </span>
          {sentence}
        </span>
      </button>
      {evidence.length > 0 && (
        <span className="findings-evidence">
          beside{' '}
          {evidence.map((other) => (
            <button
              key={other}
              type="button"
              className="report-link findings-link"
              data-testid="finding-evidence"
              data-seq={other}
              onClick={() => pointAtPacket(other)}
            >
              #{other}
            </button>
          ))}
          <Button
            id={`findings.together-${id}`}
            bare
            kind="ghost"
            icon="filter"
            label="Show them together in the trace"
            onPress={() => {
              showFiltered(seqsFilter(finding));
              pointAtPacket(seq);
            }}
          />
        </span>
      )}
    </li>
  );
}
