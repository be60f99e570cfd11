import { beforeEach, expect, test } from 'vitest';
import { clearMarks, clearReference, marksOf, nextMarked, toggleMark, toggleReference, useMarks } from './marks.ts';

beforeEach(() => useMarks.setState({ epochMs: 0, marked: new Set(), reference: undefined }));
const now = (epochMs = 1) => marksOf(useMarks.getState(), epochMs);

test('[TRACE63] a mark is set and taken away, and marks are walked in order, around the end', () => {
  for (const seq of [9, 3, 5, 5, 7]) toggleMark(1, seq);
  expect([...now().marked]).toEqual([9, 3, 7]);
  expect([0, 3, 8, 9].map((seq) => nextMarked(now(), seq, 1))).toEqual([3, 7, 9, 3]);
  expect([0, 3, 8, 9].map((seq) => nextMarked(now(), seq, -1))).toEqual([9, 9, 7, 7]);
  clearMarks();
  expect(nextMarked(now(), 3, 1)).toBeUndefined();
});

test('[TRACE63] marks and reference of another log are not those of this one', () => {
  toggleMark(1, 3);
  toggleReference(1, { seq: 3, tUs: 10 });
  expect(now(2)).toMatchObject({ marked: new Set(), reference: undefined });
  toggleMark(2, 4);
  expect(now(2)).toMatchObject({ marked: new Set([4]), reference: undefined });
  expect(now(1).marked.size).toBe(0);
});

test('[TRACE64] the reference is set, moved, and taken away by the same packet', () => {
  toggleMark(1, 8);
  toggleReference(1, { seq: 3, tUs: 10 });
  toggleReference(1, { seq: 5, tUs: 30 });
  expect(now().reference).toEqual({ seq: 5, tUs: 30 });
  toggleReference(1, { seq: 5, tUs: 30 });
  expect(now().reference).toBeUndefined();
  toggleReference(1, { seq: 5, tUs: 30 });
  clearReference();
  expect(now()).toMatchObject({ reference: undefined, marked: new Set([8]) });
});
