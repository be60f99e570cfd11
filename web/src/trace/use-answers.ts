import { useEffect, useState } from 'react';
import type { Static } from 'typebox';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import type { workbench } from '../../../server/contract/workbench.ts';
import { api } from '../session/api.ts';
import { useAskableLab } from './use-whole-log.ts';

/** What a journey answers, and what answered it. */
export type JourneyAnswers = Static<(typeof workbench)['trace:answers']['answer']>;

/** An answer that has not come yet is asked for again after so long, milliseconds, this often. */
const againMs = 1_500;
const mostTimes = 5;
const nothing: JourneyAnswers = { answers: null, answeredBy: [] };

/** The links between a journey and those of the other direction, as the bridge infers them (TRACE92). */
export function useAnswers(journey: readonly TraceRecord[]): JourneyAnswers {
  const lab = useAskableLab();
  const key = journey.map(({ seq }) => seq).join(' ');
  const [told, setTold] = useState<{ readonly key: string; readonly answers: JourneyAnswers }>();
  useEffect(() => {
    if (lab === undefined || key === '') return;
    let left = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = (times: number) => {
      api.workbench(lab, 'trace:answers', { seqs: key.split(' ').map(Number) }).then(
        (answers) => {
          if (left) return;
          setTold({ key, answers });
          if (answers.answeredBy.length === 0 && times < mostTimes) timer = setTimeout(() => ask(times + 1), againMs);
        },
        () => {
          // Without an answer the journey stands alone, as it does in a lab that is over.
        },
      );
    };
    ask(1);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [lab, key]);
  return told?.key === key ? told.answers : nothing;
}
