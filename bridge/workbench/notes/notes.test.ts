import { expect, test } from 'vitest';
import { hex } from '../../testing/hex.ts';
import { PacketLog } from '../../trace/packet-log.ts';
import { findMethods } from '../find.ts';
import { noteMethods, noteQuestions } from './notes.ts';

const frame = hex('ff ff ff ff ff ff 02 00 00 00 00 01 88 b5 00 01');

/** A log that keeps `keeps` records, of which `records` came. */
function commented(records: number, keeps = 5000) {
  const log = new PacketLog({ records: keeps, frameBytes: 400_000, snapLength: 100, nowUs: () => 0, epochMs: 0 });
  const node = log.node('sw0');
  const append = (count: number) => {
    for (let i = 0; i < count; i++) log.append('packet_in', node, 1, frame, 0, frame.length);
  };
  append(records);
  return { log, append, note: { ...noteMethods(log), ...noteQuestions(log) } };
}

test('[WB20] a record is commented, commented anew and no longer commented', () => {
  const { note } = commented(3);
  expect(note['note:set']({ seq: 3, text: 'Here the TTL\r\nis wrong \n' })).toEqual({
    revision: 1,
    kept: 1,
    forgotten: 0,
  });
  note['note:set']({ seq: 1, text: 'first' });
  expect(note['note:list']({})).toEqual({
    revision: 2,
    kept: 2,
    forgotten: 0,
    comments: [
      { seq: 1, text: 'first' },
      { seq: 3, text: 'Here the TTL\nis wrong' },
    ],
  });
  note['note:set']({ seq: 1, text: 'the first' });
  note['note:set']({ seq: 3, text: '  ' });
  expect(note['note:list']({})).toMatchObject({ revision: 4, comments: [{ seq: 1, text: 'the first' }] });
});

test('[WB20] the same text again, and removing what is not there, change nothing', () => {
  const { note, log } = commented(2);
  note['note:set']({ seq: 1, text: 'x' });
  const heard: number[] = [];
  log.comments.onChange(() => heard.push(log.comments.count.revision));
  note['note:set']({ seq: 1, text: 'x' });
  note['note:set']({ seq: 2, text: '' });
  expect(heard).toEqual([]);
  note['note:set']({ seq: 2, text: 'y' });
  expect(heard).toEqual([2]);
});

test('[WB21] what cannot be commented is refused with a sentence', () => {
  const { note } = commented(2);
  const refusal = (seq: number, text: string) => expect(() => note['note:set']({ seq, text }));
  refusal(3, 'x').toThrow(
    expect.objectContaining({ code: 'not-found', message: 'Record 3 cannot be commented: the log keeps 1 to 2.' }),
  );
  refusal(1, 'é'.repeat(2001)).toThrow(
    expect.objectContaining({
      code: 'bad-request',
      message: 'A comment has at most 2,000 characters, this one has 2,001.',
    }),
  );
  refusal(1, 'a\u0000b').toThrow(expect.objectContaining({ code: 'bad-request' }));
  note['note:set']({ seq: 1, text: '🦊'.repeat(2000) });
  expect(note['note:list']({})).toMatchObject({ kept: 1 });
});

test('[WB22] a thousand packets can be commented; those can still be changed', () => {
  const { note, log } = commented(1001);
  for (let seq = 1; seq <= 1000; seq++) note['note:set']({ seq, text: `comment ${seq}` });
  expect(() => note['note:set']({ seq: 1001, text: 'one more' })).toThrow(
    expect.objectContaining({ code: 'conflict', message: '1,000 packets have a comment: remove one of those first.' }),
  );
  note['note:set']({ seq: 1000, text: 'another' });
  note['note:set']({ seq: 5, text: '' });
  note['note:set']({ seq: 1001, text: 'one more' });
  expect(log.comments.of(1001)).toEqual(['one more']);
});

test('[WB23] what the log forgets takes its comments along, counted', () => {
  const { note, append, log } = commented(10, 10);
  for (const seq of [2, 4, 9]) note['note:set']({ seq, text: `comment ${seq}` });
  append(4);
  expect(log.comments.count).toEqual({ revision: 4, kept: 1, forgotten: 2 });
  expect(note['note:list']({})).toEqual({
    revision: 4,
    kept: 1,
    forgotten: 2,
    comments: [{ seq: 9, text: 'comment 9' }],
  });
  expect(() => note['note:set']({ seq: 4, text: 'late' })).toThrow(
    'Record 4 cannot be commented: the log keeps 5 to 14.',
  );
  append(10);
  expect(log.comments.count).toEqual({ revision: 5, kept: 0, forgotten: 3 });
});

test('[WB24] the whole log is filtered by its comments', async () => {
  const { note, log } = commented(20);
  note['note:set']({ seq: 3, text: 'TTL is wrong here' });
  note['note:set']({ seq: 12, text: 'ask the TA' });
  const { 'trace:find': find } = findMethods(log);
  const found = async (filter: string) => (await find({ filter, fromSeq: 1, limit: 50, asker: 'a' })).seqs;
  expect(await found('frame.comment')).toEqual([3, 12]);
  expect(await found('frame.comment contains "TTL"')).toEqual([3]);
  expect(await found('frame.comment matches "^ask"')).toEqual([12]);
  expect(await found('frame.comment == "ask the TA"')).toEqual([12]);
  expect(await found('not frame.comment and frame.number < 5')).toEqual([1, 2, 4]);
});
