import { expect, test } from 'vitest';
import { seededRandom } from '../../determinism/random.ts';
import { BoundedMap } from './bounded-map.ts';

test('[WB108] a bounded map keeps whoever was among the last half that were set, and never more than it may', () => {
  const most = 20;
  const map = new BoundedMap<number, number>(most);
  const random = seededRandom(11);
  const set: { readonly key: number; readonly value: number }[] = [];
  for (let value = 0; value < 5000; value++) {
    const key = random.nextU32() % 45;
    map.set(key, value);
    set.push({ key, value });
    const last = new Map(set.slice(-most / 2).map((each) => [each.key, each.value]));
    for (const [each, latest] of last) expect(map.get(each)).toBe(latest);
    expect([...map.entries()].length).toBeLessThanOrEqual(most);
  }
});
