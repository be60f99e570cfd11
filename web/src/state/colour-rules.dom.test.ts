import { beforeEach, expect, test, vi } from 'vitest';
import {
  type ColourRule,
  clearTemporary,
  defaultRules,
  movedRule,
  resetRules,
  setRules,
  toggleTemporary,
  useColourRules,
} from './colour-rules.ts';

const key = 'patchbay.colour-rules';
const own: ColourRule = { id: 'own', name: 'Mine', filter: 'ip.ttl < 5', colour: 'pink', isOn: true };
const rules = () => useColourRules.getState().rules;

/** What a page that is opened now would have. */
async function anotherPage(): Promise<readonly ColourRule[]> {
  vi.resetModules();
  const { useColourRules: opened } = await import('./colour-rules.ts');
  return opened.getState().rules;
}

beforeEach(() => {
  resetRules();
  clearTemporary();
});

test('[TRACE78] rules are kept in this browser, in their order, until they are reset', async () => {
  setRules([own, ...defaultRules.slice(0, 2)]);
  expect(await anotherPage()).toEqual([own, ...defaultRules.slice(0, 2)]);
  resetRules();
  expect(localStorage.getItem(key)).toBeNull();
  expect(await anotherPage()).toEqual(defaultRules);
});

test.each([
  ['not JSON', '{'],
  ['no list', '{"rules":[]}'],
])('[TRACE78] a browser that kept %s has the defaults', async (_, text) => {
  localStorage.setItem(key, text);
  expect(await anotherPage()).toEqual(defaultRules);
});

test('[TRACE78] of a list that was kept, what is no rule is left out, and what is too much', async () => {
  const many = Array.from({ length: 70 }, (_, i) => ({ ...own, id: `own-${i}` }));
  localStorage.setItem(key, JSON.stringify([7, { ...own, colour: 'mauve' }, { ...own, filter: 3 }, ...many]));
  const kept = await anotherPage();
  expect(kept.length).toBe(47);
  expect(kept[0]).toEqual({ ...own, id: 'own-0' });
  localStorage.setItem(key, JSON.stringify([{ ...own, name: 'x'.repeat(500), filter: 'y'.repeat(5000), isOn: 'yes' }]));
  expect(await anotherPage()).toEqual([{ ...own, name: 'x'.repeat(40), filter: 'y'.repeat(1000), isOn: false }]);
  setRules(many);
  expect(rules().length).toBe(50);
});

test('[TRACE78] a rule moves one place up or down, and not beyond the ends', () => {
  const three = defaultRules.slice(0, 3);
  const ids = (list: readonly ColourRule[]) => list.map(({ id }) => id);
  expect(ids(movedRule(three, 'held', -1))).toEqual(['held', 'dropped', 'checksum']);
  expect(ids(movedRule(three, 'held', 1))).toEqual(['dropped', 'checksum', 'held']);
  expect(movedRule(three, 'dropped', -1)).toBe(three);
  expect(movedRule(three, 'nobody', 1)).toBe(three);
});

test('[TRACE79] a conversation has one colour, a colour one conversation; the same again takes it away', async () => {
  const temporary = () => useColourRules.getState().temporary.map(({ filter, colour }) => `${filter} ${colour}`);
  toggleTemporary('a', 'A', 'red');
  toggleTemporary('b', 'B', 'green');
  toggleTemporary('a', 'A', 'blue');
  expect(temporary()).toEqual(['b green', 'a blue']);
  toggleTemporary('c', 'C', 'green');
  expect(temporary()).toEqual(['a blue', 'c green']);
  toggleTemporary('c', 'C', 'green');
  expect(temporary()).toEqual(['a blue']);
  expect(await anotherPage()).toEqual(defaultRules);
  clearTemporary();
  expect(temporary()).toEqual([]);
});
