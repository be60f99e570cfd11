import fc from 'fast-check';
import { expect, test } from 'vitest';
import { navigate } from './route.ts';
import { readViewLink, searchWith, type ViewLink } from './view-link.ts';

test('[UI40] a link restores packet, filter, layout and run, whatever the filter says', () => {
  const view = fc.record(
    {
      packet: fc.integer({ min: 1 }),
      filter: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
      layout: fc.constantFrom('default', 'learn', 'debug', 'grade' as const),
      dock: fc.constantFrom('h(500:*map,500:trace)', 'v(1000:*terminal:host:client:1)'),
      marked: fc.constantFrom('3', '3,5-9'),
      run: fc.integer({ min: 1, max: 4_000_000_000_000 }),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(view, (want: ViewLink) => {
      expect(readViewLink(searchWith(want, '?renderer=dom&packet=1&filter=old'))).toEqual(want);
    }),
  );
  expect(searchWith({ packet: 3 }, '?renderer=dom&filter=old')).toBe('?renderer=dom&packet=3');
  expect(searchWith({}, '')).toBe('');
});

test('[UI42] a layout too long for a link, or marks, are left out of it; what says neither is not read', () => {
  expect(searchWith({ dock: `h(${'1:map,'.repeat(400)}1:map)`, marked: '1,'.repeat(120), packet: 3 }, '')).toBe(
    '?packet=3',
  );
  expect(readViewLink(`?dock=h(${'x'.repeat(2000)})`)).toEqual({});
  expect(readViewLink('?dock=<script>&marked=1;2')).toEqual({});
  expect(readViewLink('?marked=1-')).toEqual({});
});

test('[UI40] what no link of this page says is left out', () => {
  expect(readViewLink('?packet=0&filter=&layout=huge&run=soon')).toEqual({});
  expect(readViewLink('?packet=-3')).toEqual({});
  expect(readViewLink('?packet=1e9&layout=debug')).toEqual({ layout: 'debug' });
  expect(readViewLink(`?filter=${'x'.repeat(4001)}`)).toEqual({});
});

test('[UI40] going elsewhere leaves the view of this lab behind', () => {
  history.replaceState(null, '', '/lab/a?renderer=dom&packet=7&filter=arp');
  navigate('/lab/b');
  expect(location.pathname + location.search).toBe('/lab/b?renderer=dom');
});
