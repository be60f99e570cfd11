import { describe, expect, test } from 'vitest';
import { narrows, parseTextFilter, passesFilter } from './text-filter.ts';

const passes = (filter: string, text: string, seq = 150) => passesFilter(parseTextFilter(filter), seq, () => text);

describe('matching', () => {
  test('[TRACE7] every term must be found, in any column and any case', () => {
    expect(passes('ICMP eth1', '427 from_router eth1 icmp echo request')).toBe(true);
    expect(passes('icmp eth3', '427 from_router eth1 icmp echo request')).toBe(false);
    expect(passes('  ', 'anything')).toBe(true);
  });

  test('[TRACE7] a minus excludes; alone it is nothing yet', () => {
    expect(passes('icmp -reply', 'icmp echo request')).toBe(true);
    expect(passes('icmp -reply', 'icmp echo reply')).toBe(false);
    expect(passes('icmp -', 'icmp echo reply')).toBe(true);
  });

  test.each([
    ['seq:120-180', [119, 120, 180, 181], [false, true, true, false]],
    ['seq:150', [149, 150, 151], [false, true, false]],
    ['seq:150-', [149, 150, 9e9], [false, true, true]],
    ['-seq:120-180', [119, 120, 181], [true, false, true]],
  ])('[TRACE7] %s chooses by number', (filter, seqs, expected) => {
    expect(seqs.map((seq) => passes(filter, '', seq))).toEqual(expected);
  });

  test('[TRACE7] a range that is still being typed is a text like any other', () => {
    expect(passes('seq:', 'echo request seq=1')).toBe(false);
    expect(passes('seq', 'echo request seq=1')).toBe(true);
  });

  test('[TRACE8] columns are put into words only when a term needs them', () => {
    const never = () => {
      throw new Error('asked');
    };
    expect(passesFilter(parseTextFilter('seq:1-5 icmp'), 9, never)).toBe(false);
  });
});

describe('[TRACE8] what only narrows looks at the rows that are there', () => {
  test.each([
    ['icmp', 'icm', true],
    ['icmp eth1', 'icmp', true],
    ['tcp', 'icmp', false],
    ['icm', 'icmp', false],
    ['icmp -re', 'icmp -reply', true],
    ['icmp -reply', 'icmp -re', false],
    ['icmp', '-icmp', false],
    ['seq:1-5 x', 'seq:1-5', true],
    ['seq:1-50', 'seq:1-5', false],
    ['anything', '', true],
  ])('%j after %j: %j', (next, before, expected) => {
    expect(narrows(parseTextFilter(next), parseTextFilter(before))).toBe(expected);
  });
});
