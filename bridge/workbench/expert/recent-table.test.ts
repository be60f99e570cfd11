import { expect, test } from 'vitest';
import { seededRandom } from '../../determinism/random.ts';
import { RecentTable } from './recent-table.ts';

test('[WB108] a table finds the newest entry of a key among the newest entries, as a list that is searched from its end', () => {
  const most = 50;
  const table = new RecentTable(most);
  const list: { readonly key: string; readonly at: number }[] = [];
  const random = seededRandom(7);
  const part = () => ((random.nextU32() % 4) - 2) * 0x4000_0000;
  for (let i = 0; i < 5000; i++) {
    const [a, b, c] = [part(), part(), random.nextU32() % 5];
    const key = `${a | 0} ${b | 0} ${c}`;
    const expected = list.slice(-most).findLast((each) => each.key === key)?.at ?? -1;
    expect(table.find(a, b, c)).toBe(expected);
    expect(table.isFull).toBe(list.length >= most);
    if (random.nextU32() % 3 > 0) list.push({ key, at: table.add(a, b, c) });
    if (i === 2500) {
      table.clear();
      list.length = 0;
    }
  }
  expect(new Set(list.slice(-most).map(({ at }) => at)).size).toBe(most);
});
