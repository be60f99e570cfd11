import { useEffect, useState } from 'react';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { api } from '../session/api.ts';
import { isCauseUnknown, isObserved } from '../state/chain.ts';
import { useLab } from '../state/lab-store.ts';
import { pointAtPacket } from '../state/trace-store.ts';
import type { JourneyAnswers } from './use-answers.ts';

/** How it is known what a record came from, where it was not seen (TRACE60). */
export function CauseNote({ record }: { record: TraceRecord }) {
  const [parent, second] = record.parents;
  if (isCauseUnknown(record))
    return (
      <span
        className="packet-cause"
        data-testid="packet-cause"
        title="No frame that the router was given fits well enough"
      >
        ? cause unknown
      </span>
    );
  if (parent === undefined || isObserved(record)) return null;
  const waited = second === undefined ? '' : ` It waited until #${second} came.`;
  return (
    <button
      type="button"
      className="packet-cause"
      data-testid="packet-cause"
      title={`Inferred by the rule “${record.rule}”, ${record.confidence} % sure.${waited} Opens #${parent}.`}
      onClick={() => pointAtPacket(parent)}
    >
      ≈ {record.rule} #{parent}, inferred {record.confidence} %
    </button>
  );
}

/** Links in the head at most: the strip of the journey has all. */
const mostNotes = 2;

/** What the journey answers and what answered it, where the end of the strip is out of sight (TRACE92). */
export function AnswersNote({ answers: { answers, answeredBy } }: { answers: JourneyAnswers }) {
  const links = [
    ...(answers ? [{ ...answers, text: 'answers', seq: answers.asked }] : []),
    ...answeredBy.slice(-mostNotes).map((link) => ({ ...link, text: 'answered by', seq: link.answer })),
  ];
  return links.map(({ text, seq, rule, confidence }) => (
    <button
      key={`${text} ${seq}`}
      type="button"
      className="packet-cause packet-note"
      data-testid={`packet-note-${seq}`}
      title={`Inferred by the rule “${rule}”, ${confidence} % sure. Opens #${seq}.`}
      onClick={() => pointAtPacket(seq)}
    >
      {text} #{seq}
    </button>
  ));
}

interface Again {
  readonly seq: number;
  readonly of: number;
  readonly what: 'duplicate' | 'retransmission';
}

/** The first time that a host said what this record says again: a mark, not a parent (TRACE62). */
export function AgainNote({ record: { seq, point } }: { record: TraceRecord }) {
  const lab = useLab((state) => state.id);
  const running = useLab((state) => state.status?.phase === 'running');
  const [again, setAgain] = useState<Again>();
  const fromHost = point === 'packet_in' || point === 'host.tx';
  useEffect(() => {
    if (lab === undefined || !running || !fromHost) return;
    let left = false;
    api.workbench(lab, 'trace:cause', { seq }).then(
      ({ again: found }) => {
        if (!left) setAgain(found === null ? undefined : { seq, ...found });
      },
      () => {
        // A record that the bridge forgot has no mark; the packet itself is here all the same.
      },
    );
    return () => {
      left = true;
    };
  }, [lab, running, fromHost, seq]);
  if (again?.seq !== seq) return null;
  return (
    <button
      type="button"
      className="packet-cause"
      data-testid="packet-again"
      title={`Says what #${again.of} said. Opens #${again.of}.`}
      onClick={() => pointAtPacket(again.of)}
    >
      {again.what} of #{again.of}
    </button>
  );
}
