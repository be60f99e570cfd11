import { useEffect, useRef } from 'react';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { isCauseUnknown, isObserved } from '../state/chain.ts';
import { pointAtPacket } from '../state/trace-store.ts';
import { revealWithin } from '../ui/reveal.ts';
import type { Names } from './names.ts';
import { elapsed, seconds } from './row-cells.ts';
import type { JourneyAnswers } from './use-answers.ts';

function stopName(record: TraceRecord, names: Names): string {
  const place = names.placeOf(record.node, record.port);
  switch (record.point) {
    case 'packet_in':
      return `PACKET_IN ${place}`;
    case 'packet_out':
      return `PACKET_OUT ${place}`;
    case 'to_router':
      return `${place} in`;
    case 'from_router':
      return `${place} out`;
    default:
      return `${record.point} ${place}`;
  }
}

const inferredText = ({ rule, confidence }: TraceRecord): string => `inferred by the rule “${rule}”, ${confidence} %`;

interface AnswerStopProps {
  readonly text: string;
  readonly seq: number;
  readonly rule: string;
  readonly confidence: number;
  readonly testId: string;
}

/** A stop of the journey on the other side of a host: what this one answers, or what answers it (TRACE92). */
function AnswerStop({ text, seq, rule, confidence, testId }: AnswerStopProps) {
  return (
    <li>
      <button
        type="button"
        className="chain-stop chain-inferred chain-answer"
        data-testid={testId}
        title={`Inferred by the rule “${rule}”, ${confidence} % sure. Opens #${seq}, which has a journey of its own.`}
        onClick={() => pointAtPacket(seq)}
      >
        <span>
          {text} #{seq}
        </span>
        <small>
          ≈ {rule} {confidence} %
        </small>
      </button>
    </li>
  );
}

/** The stops of a packet's journey that were stamped, with the time between them; what is only inferred is dotted. */
export function ChainStrip({
  records,
  selected,
  names,
  answers: { answers, answeredBy },
}: {
  records: readonly TraceRecord[];
  selected: number;
  names: Names;
  answers: JourneyAnswers;
}) {
  const strip = useRef<HTMLOListElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another selection scrolls
  useEffect(() => {
    revealWithin(strip.current, strip.current?.querySelector('[aria-current="true"]') ?? null, 'nearest');
  }, [selected]);
  return (
    <ol ref={strip} className="chain" aria-label="Journey of the packet" data-testid="packet-chain">
      {answers && <AnswerStop {...answers} text="answers" seq={answers.asked} testId="packet-answers" />}
      {records.map((record, i) => {
        const before = records[i - 1];
        // How the first stop came about belongs to the journey before it.
        const inferred = before !== undefined && record.parents.length > 0 && !isObserved(record);
        const unknown = isCauseUnknown(record);
        const dropped = record.verdict === 'dropped';
        return (
          <li key={record.seq}>
            <button
              type="button"
              className={`chain-stop ${inferred || unknown ? 'chain-inferred' : ''} ${dropped ? 'chain-dropped' : ''}`}
              aria-current={record.seq === selected}
              data-testid={`packet-stop-${record.seq}`}
              title={`#${record.seq}, ${unknown ? 'cause unknown' : inferred ? inferredText(record) : 'observed'}`}
              onClick={() => pointAtPacket(record.seq)}
            >
              <span>
                {stopName(record, names)}
                {inferred && <i className="chain-rule">≈ {record.rule}</i>}
                {unknown && <i className="chain-rule">? cause unknown</i>}
              </span>
              <small>{dropped ? record.cause : before ? elapsed(record.tUs - before.tUs) : seconds(record.tUs)}</small>
            </button>
          </li>
        );
      })}
      {answeredBy.map((link) => (
        <AnswerStop
          {...link}
          key={link.answer}
          text="answered by"
          seq={link.answer}
          testId={`packet-answered-${link.answer}`}
        />
      ))}
    </ol>
  );
}
