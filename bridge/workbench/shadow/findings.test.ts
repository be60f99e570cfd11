import { expect, test } from 'vitest';
import { findingOf } from './findings.ts';

test('[WB201] a field that only one of the frames has is not told as a value', () => {
  const quoted = { name: 'ip.ttl', label: 'Time to live', expected: null, observed: '1' };
  const type = { name: 'icmp.type', label: 'Type', expected: 'Echo reply (0)', observed: 'Time exceeded (11)' };
  expect(findingOf([type, quoted])).toBe('The ICMP type is Time exceeded (11), expected Echo reply (0).');
  expect(findingOf([quoted])).toBe('Time to live is 1, expected none.');
});
