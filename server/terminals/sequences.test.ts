import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unfinishedSequence, wholeUtf8Length } from './sequences.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text));

test('[TERM6] text cut anywhere is held back to a whole sequence, and never by more than three bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.nat(), (text, at) => {
      const whole = bytes(text);
      const cut = whole.subarray(0, at % (whole.length + 1));
      const length = wholeUtf8Length(cut);
      expect(cut.length - length).toBeLessThanOrEqual(3);
      expect(() => new TextDecoder('utf-8', { fatal: true }).decode(cut.subarray(0, length))).not.toThrow();
    }),
  );
});

test('[TERM6] bytes that are not UTF-8 are not held back', () => {
  for (const rubbish of [[0x80], [0xff], [0xc0], [0xf5, 0x80], [0x80, 0x80, 0x80, 0x80]])
    expect(wholeUtf8Length(Uint8Array.from(rubbish))).toBe(rubbish.length);
});

test('[TERM5] what an escape sequence leaves open is found however it was cut', () => {
  const sequences = [
    '\x1b[1;31m',
    '\x1b]0;a title\x07',
    '\x1b]8;;http://x\x1b\\',
    '\x1b(B',
    '\x1bM',
    '\x1bP1$r0m\x1b\\',
  ];
  for (const sequence of sequences) {
    expect(unfinishedSequence(bytes(''), bytes(`text${sequence}`))).toEqual(bytes(''));
    for (let first = 1; first < sequence.length; first++) {
      const head = bytes(`text${sequence.slice(0, first)}`);
      const open = unfinishedSequence(bytes(''), head);
      const begun = sequence.slice(0, first);
      expect(Buffer.from(open).toString()).toBe(begun.endsWith('\x1b') ? '\x1b' : begun);
      expect(unfinishedSequence(open, bytes(`${sequence.slice(first)}more`))).toEqual(bytes(''));
    }
  }
});

test('[TERM5] a string that never ends is not kept beyond 4 KiB', () => {
  expect(unfinishedSequence(bytes(''), bytes(`\x1b]0;${'x'.repeat(5000)}`))).toEqual(bytes(''));
});
