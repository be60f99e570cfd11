import { describe, expect, test } from 'vitest';
import type { ControlMessage } from '../../../server/contract/flows.ts';
import { type ControlRows, noControl, readFrom, withRead } from './control-rows.ts';
import { flowRow } from './flow.fixture.ts';
import { counterText, deltaText, heatOf, idleText, rateText, secondsText, timeText } from './flow-text.ts';

describe('entries in words', () => {
  test('[FLOW2] a row is a step warmer for each power of ten packets a second', () => {
    expect([0, 0.2, 1, 9, 10, 99, 100, 1000, 1e6].map(heatOf)).toEqual([0, 1, 1, 1, 2, 2, 3, 4, 4]);
  });

  test('[FLOW2] what was not measured does not look measured', () => {
    expect(idleText(flowRow({ idleLeftS: -1 }))).toBe('never');
    expect(idleText(flowRow({ idleLeftS: 6.9, isIdleLeftInferred: false }))).toBe('7 s');
    expect(idleText(flowRow({ idleLeftS: 7, isIdleLeftInferred: true }))).toBe('≈7 s');
    expect(counterText(-1)).toBe('not counted');
  });

  test('[FLOW2] figures are short', () => {
    expect([counterText(1204), deltaText(3), deltaText(0), rateText(0.52), rateText(1234.5)]).toEqual([
      '1,204',
      '+3',
      '',
      '0.5/s',
      '1,235/s',
    ]);
    expect([secondsText(59.4), secondsText(125), timeText(42_204_861)]).toEqual(['59 s', '2 min 5 s', '42.204861']);
  });
});

describe('control messages', () => {
  const message = (id: number, fields: Partial<ControlMessage> = {}): ControlMessage => ({
    id,
    tUs: id * 10,
    lastUs: id * 10,
    direction: 'to switch',
    switch: 'sw0',
    peer: 'one',
    type: 'BARRIER_REQUEST',
    info: '',
    xid: id,
    lengthBytes: 8,
    count: 1,
    isError: false,
    request: 0,
    answer: 0,
    answerUs: 0,
    about: '',
    packetSeq: 0,
    ...fields,
  });
  const read = (rows: ControlRows, messages: ControlMessage[], nextId: number, firstId = 1) =>
    withRead(rows, readFrom(rows), { firstId, nextId, messages, packetsIn: 5, packetsOut: 4 });

  test('[FLOW6] reading goes on behind the last message; an answer is joined with a request that is there', () => {
    const one = read(noControl, [message(1), message(2)], 4);
    expect([one.hasMore, readFrom(one)]).toEqual([true, 3]);
    const two = read(one, [message(3, { type: 'BARRIER_REPLY', request: 1, answerUs: 90 })], 4);
    expect(two.messages.map(({ id, answer }) => [id, answer])).toEqual([
      [1, 3],
      [2, 0],
      [3, 0],
    ]);
    expect([two.hasMore, two.packetsIn, two.packetsOut]).toEqual([false, 5, 4]);
  });

  test('[FLOW6] an echo that counts on is read again, of every connection', () => {
    const one = read(
      noControl,
      [message(1), message(2, { type: 'ECHO' }), message(3, { peer: 'two', type: 'ECHO' })],
      4,
    );
    expect(readFrom(one)).toBe(2);
    const two = read(one, [message(2, { type: 'ECHO', count: 4 }), message(3, { peer: 'two', type: 'ECHO' })], 4);
    expect(two.messages.map(({ id, count }) => [id, count])).toEqual([
      [1, 1],
      [2, 4],
      [3, 1],
    ]);
  });

  test('[FLOW6] what the server forgot is forgotten; numbers that begin anew are another log', () => {
    const one = read(
      noControl,
      [1, 2, 3].map((id) => message(id)),
      4,
    );
    expect(read(one, [message(4)], 5, 3).messages.map(({ id }) => id)).toEqual([3, 4]);
    const another = read(one, [], 3);
    expect([another.messages, another.hasMore, readFrom(another)]).toEqual([[], true, 0]);
  });
});
