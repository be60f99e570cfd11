import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { api } from '../session/api.ts';
import { useLab } from '../state/lab-store.ts';
import { useSelection } from '../state/selection.ts';
import { click, find, freshPage, wait } from '../ui/page.fixture.ts';
import { AnswersNote } from './cause-note.tsx';
import { ChainStrip } from './chain-strip.tsx';
import { recordOf } from './records.fixture.ts';
import { useAnswers } from './use-answers.ts';

const records = [recordOf(7), recordOf(9, { point: 'packet_out', parents: [7], rule: 'same frame' })];
const names = { placeOf: () => 'eth1' } as never;

function Strip() {
  const answers = useAnswers(records);
  return (
    <>
      <AnswersNote answers={answers} />
      <ChainStrip records={records} selected={7} names={names} answers={answers} />
    </>
  );
}

beforeEach(() => {
  vi.useFakeTimers();
  useLab.setState({ id: 'lab', status: { phase: 'running' } as never });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});
const page = freshPage();

test('[TRACE92] what a journey answers stands before it, what answers it behind, asked for until it came', async () => {
  const answers = { asked: 3, answer: 7, rule: 'echo reply', confidence: 89 };
  const late = { asked: 9, answer: 12, rule: 'tcp answer', confidence: 97 };
  const ask = vi.spyOn(api, 'workbench').mockResolvedValueOnce({ answers, answeredBy: [] } as never);
  ask.mockResolvedValue({ answers, answeredBy: [late] } as never);
  await page.draw(<Strip />);
  expect(ask).toHaveBeenCalledWith('lab', 'trace:answers', { seqs: [7, 9] });
  const stops = () => Array.from(document.querySelectorAll('li'), (stop) => stop.textContent);
  expect(stops()[0]).toBe('answers #3≈ echo reply 89 %');
  expect(stops()).toHaveLength(3);
  await wait(1_600);
  expect(find('packet-note-3')?.textContent).toBe('answers #3');
  expect(find('packet-note-12')?.textContent).toBe('answered by #12');
  expect(stops()[3]).toBe('answered by #12≈ tcp answer 97 %');
  await wait(10_000);
  expect(ask).toHaveBeenCalledTimes(2);
  await click('packet-answered-12');
  expect(useSelection.getState().current).toEqual({ kind: 'packet', seq: 12 });
});
