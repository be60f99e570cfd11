import { showRequirement } from '../state/requirement.ts';
import { plural } from '../state/text.ts';
import { pointAtPacket } from '../state/trace-store.ts';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { ExpectedFrame } from './expected-frame.tsx';
import { agreementText, sides } from './shadow-words.ts';
import type { ComparedFrame, Difference, Other } from './use-comparison.ts';

/** Selects a packet for the whole page. */
export function SeqLink({ seq, testId }: { seq: number; testId: string }) {
  return (
    <button
      type="button"
      className="report-link shadow-seq"
      data-testid={testId}
      data-seq={seq}
      onClick={() => pointAtPacket(seq)}
    >
      #{seq}
    </button>
  );
}

interface DifferenceCardProps {
  readonly difference: Difference;
  readonly other: Other;
  readonly isFrameOpen: boolean;
  readonly onFrame: () => void;
}

/** One difference in full: the requirement, what was expected beside what was observed, and the fields that differ (SHADOW3). */
export function DifferenceCard({ difference, other, isFrameOpen, onFrame }: DifferenceCardProps) {
  const side = sides[other];
  const agreement = agreementText(difference);
  const { seq, requirement, expected, observed, fields } = difference;
  return (
    <div className="shadow-card">
      {requirement === null && agreement !== undefined && (
        <p className="report-requirement" data-testid="shadow-agreement">
          {agreement}
        </p>
      )}
      {requirement !== null && (
        <p className="report-requirement">
          {agreement === undefined ? 'Requirement' : `${agreement} requirement`}{' '}
          <button
            type="button"
            className="report-link shadow-rule"
            data-testid="shadow-requirement"
            title="Where the guide states it"
            onClick={() => showRequirement(requirement.rule, requirement.text)}
          >
            {requirement.rule}
          </button>
          : {requirement.text}
        </p>
      )}
      <dl className="shadow-sides">
        <div>
          <dt>Both were given</dt>
          <dd>
            <SeqLink seq={seq} testId="shadow-given" />
          </dd>
        </div>
        <div>
          <dt>{side.other.label}</dt>
          <dd>
            {expected === null ? 'nothing' : <FrameLine frame={expected} />}
            {(other === 'reference' || expected !== null) && <Chip tone="inferred">{side.note}</Chip>}
            {expected !== null && (
              <Button
                id="shadow.frame"
                label={isFrameOpen ? 'Hide its fields and bytes' : 'Fields and bytes'}
                icon={isFrameOpen ? 'down' : 'right'}
                kind="ghost"
                pressed={isFrameOpen}
                onPress={onFrame}
              />
            )}
          </dd>
        </div>
        <div>
          <dt>{side.router.label}</dt>
          <dd>
            {observed === null ? (
              'nothing'
            ) : (
              <>
                {observed.seq !== null && <SeqLink seq={observed.seq} testId="shadow-observed" />}
                <FrameLine frame={observed} />
                <Chip tone="inferred">≈ came of #{seq}, inferred</Chip>
              </>
            )}
          </dd>
        </div>
      </dl>
      {isFrameOpen && expected !== null && <ExpectedFrame frame={expected} />}
      {fields.length > 0 && <Fields difference={difference} other={other} />}
    </div>
  );
}

function FrameLine({ frame }: { frame: ComparedFrame }) {
  return (
    <span className="shadow-frame-line">
      {frame.info} <span className="mid">on {frame.interface}</span>
    </span>
  );
}

/** Fields that both frames have stand open; those of only one, which a frame of another kind has many of, fold away. */
function Fields({ difference: { fields, observed }, other }: { difference: Difference; other: Other }) {
  const rows = fields.map((field, index) => ({ ...field, key: `${field.name} ${index}` }));
  const shared = rows.filter(({ expected, observed: seen }) => expected !== null && seen !== null);
  const rest = rows.filter((row) => !shared.includes(row));
  const seq = observed?.seq ?? undefined;
  return (
    <div data-testid="shadow-fields">
      {shared.length > 0 && <FieldTable caption="Fields that differ" rows={shared} seq={seq} other={other} />}
      {rest.length > 0 && (
        <details className="shadow-rest" open={shared.length === 0}>
          <summary>{plural(rest.length, 'field')} that only one of them has</summary>
          <FieldTable caption="Fields that only one of them has" rows={rest} seq={seq} other={other} />
        </details>
      )}
    </div>
  );
}

interface FieldTableProps {
  readonly caption: string;
  readonly rows: readonly (Difference['fields'][number] & { readonly key: string })[];
  /** Of the observed frame. */
  readonly seq: number | undefined;
  readonly other: Other;
}

function FieldTable({ caption, rows, seq, other }: FieldTableProps) {
  const side = sides[other];
  return (
    <table className="shadow-fields">
      <caption className="unseen">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">{side.other.short}</th>
          <th scope="col">
            {side.router.short}
            {seq === undefined ? '' : ` in #${seq}`}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, name, label, expected, observed: seen }) => (
          <tr key={key} data-field={name}>
            <th scope="row">
              {label} <span className="mono mid">{name}</span>
            </th>
            <td className="mono">{expected ?? 'not there'}</td>
            <td className={`mono ${other === 'reference' ? 'shadow-wrong' : ''}`}>{seen ?? 'not there'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
