import { useEffect, useState } from 'react';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import type { Why } from '../../../server/contract/chains.ts';
import { api } from '../session/api.ts';
import { ProblemError } from '../session/problem.ts';
import { useLab } from '../state/lab-store.ts';
import { Chip } from '../ui/chip.tsx';

/** An output that is late is missing after a second: then it is asked again. */
const askAgainMs = 1_200;

type Answer =
  | { readonly kind: 'asking' }
  | { readonly kind: 'known'; readonly why: Why }
  | { readonly kind: 'failed'; readonly text: string };

/**
 * The record whose end needs explaining: a drop, or what a router was given and nothing came of but a question to its
 * neighbours. Undefined when the journey went well.
 */
export function unexplained(journey: readonly TraceRecord[]): number | undefined {
  const dropped = journey.find(({ verdict }) => verdict === 'dropped');
  if (dropped !== undefined) return dropped.seq;
  const answered = new Set(journey.filter(({ rule }) => rule !== 'arp request for').flatMap(({ parents }) => parents));
  return journey.findLast(({ point, seq }) => point === 'to_router' && !answered.has(seq))?.seq;
}

function useWhy(seq: number | undefined): Answer {
  const lab = useLab((state) => state.id);
  const running = useLab((state) => state.status?.phase === 'running');
  const [answer, setAnswer] = useState<Answer>({ kind: 'asking' });
  useEffect(() => {
    setAnswer({ kind: 'asking' });
    if (lab === undefined || seq === undefined || !running) return;
    let left = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      try {
        const why = await api.workbench(lab, 'trace:why', { seq });
        if (left) return;
        setAnswer({ kind: 'known', why });
        if (why.reasons.some(({ what }) => what === 'pending')) timer = setTimeout(ask, askAgainMs);
      } catch (error) {
        if (left) return;
        setAnswer({
          kind: 'failed',
          text: error instanceof ProblemError ? error.problem.detail : 'The server could not be asked.',
        });
      }
    };
    void ask();
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [lab, running, seq]);
  return answer;
}

/** Why the packet's journey ended where it did: facts, and what the reference router concludes (TRACE61). */
export function WhySection({ journey }: { journey: readonly TraceRecord[] }) {
  const seq = unexplained(journey);
  const answer = useWhy(seq);
  if (seq === undefined || answer.kind === 'asking') return null;
  if (answer.kind === 'known' && answer.why.reasons.every(({ what }) => what === 'answered')) return null;
  return (
    <section className="why" aria-label="Why it went no further" data-testid="packet-why" data-seq={seq}>
      <h3>Why it went no further</h3>
      {answer.kind === 'failed' ? <p>{answer.text}</p> : <Reasons why={answer.why} />}
    </section>
  );
}

function Reasons({ why }: { why: Why }) {
  return (
    <ul>
      {why.reasons.map(({ kind, what, seq, text, requirement }) => (
        <li key={`${what} ${seq} ${text}`} data-testid={`why-${what}`} data-kind={kind}>
          <Chip tone={kind === 'inferred' ? 'inferred' : 'plain'}>{kind}</Chip>
          <div>
            <p>{text}</p>
            {requirement !== null && (
              <small className="why-requirement">
                Requirement {requirement.rule}: {requirement.text}
              </small>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
