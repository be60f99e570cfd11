import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ColourRule, resetRules, ruleColours, setRules, useColourRules } from '../state/colour-rules.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import tokensCss from '../ui/tokens.css?raw';
import './colour-rules-dialog.tsx';
import { ColourRulesPlace, openColourRules } from './colour-rules-place.tsx';
import type { Names } from './names.ts';
import { recordOf } from './records.fixture.ts';
import rulesCss from './rules.css?raw';
import { TraceRow } from './trace-row.tsx';

const rules: readonly ColourRule[] = [
  { id: 'a', name: 'First', filter: 'arp', colour: 'amber', isOn: true },
  { id: 'b', name: 'Second', filter: 'icmp', colour: 'blue', isOn: false },
];
let root: Root;
beforeEach(async () => {
  Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true);
  setRules(rules);
  const host = document.createElement('div');
  document.body.append(host);
  root = createRoot(host);
  await act(async () => root.render(<ColourRulesPlace />));
  await act(async () => openColourRules());
});
afterEach(async () => {
  await press('cmd-rules.close');
  await act(async () => root.unmount());
  document.body.replaceChildren();
  resetRules();
});

const find = <E extends HTMLElement>(id: string) => document.querySelector<E>(`[data-testid="${id}"]`);
const press = (id: string) => act(async () => find(id)?.click());
const fill = (id: string, text: string) =>
  act(async () => {
    const field = find<HTMLInputElement>(id);
    if (field === null) throw new Error(`there is no ${id}`);
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, text);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
const now = () => useColourRules.getState().rules;

test('[TRACE78] rules are added, edited, moved, switched and removed', async () => {
  await press('cmd-rule-b-up');
  await press('rule-b-on');
  expect(now().map(({ id, isOn }) => `${id} ${isOn}`)).toEqual(['b true', 'a true']);
  await fill('rule-a-name', 'Neighbours');
  await fill('rule-a-filter', 'arp or icmpv6');
  expect(now()[1]).toMatchObject({ name: 'Neighbours', filter: 'arp or icmpv6' });
  useTraceFilter.getState().setText('tcp.port == 80');
  await press('cmd-rules.add');
  expect(now().length).toBe(3);
  expect(now()[0]).toMatchObject({ name: 'New rule', filter: 'tcp.port == 80', isOn: true });
  await press('cmd-rule-b-remove');
  expect(now().map(({ name }) => name)).toEqual(['New rule', 'Neighbours']);
  await press('cmd-rules.reset');
  expect(now().length).toBeGreaterThan(10);
});

test('[TRACE78] a wrong filter is underlined, and its rule says that it does nothing and why', async () => {
  await fill('rule-a-filter', 'arp and ip.adr == 1');
  expect(find('rule-a-wrong')?.textContent).toBe('ip.adr');
  expect(find('rule-a-why')?.textContent).toBe('Does nothing: “ip.adr” is not a field. Did you mean ip.addr?');
  expect(find('rule-a-filter')?.getAttribute('aria-invalid')).toBe('true');
  await fill('rule-a-filter', '');
  expect(find('rule-a-why')?.textContent).toBe('Does nothing: Without a filter a rule does nothing.');
});

test('[TRACE80] a coloured row names its rule; the verdict of a dropped one has said it already', async () => {
  const names: Names = { nameOf: () => undefined, placeOf: (node) => node, hostAt: () => undefined };
  const row = { sinceUs: undefined, marked: false, names, rowNumber: 1, selected: false, chain: 'none' } as const;
  const [rule] = rules;
  const drawn = async (verdict: 'passed' | 'dropped') => {
    await act(async () =>
      root.render(<TraceRow {...row} record={recordOf(3, { verdict })} rule={rule} compact={false} />),
    );
    const tag = [...document.querySelectorAll('.trace-cell-info > span')].at(-1);
    return `${tag?.className}: ${tag?.textContent}`;
  };
  expect(await drawn('passed')).toBe('trace-rule: First');
  expect(await drawn('dropped')).toBe('unseen: First');
  expect(find('trace-row-3')?.dataset.colour).toBe('amber');
});

/** Tokens of a theme, `#rrggbb` by name. */
function tokensOf(css: string, theme: string): Map<string, string> {
  const start = css.indexOf(`[data-theme="${theme}"]`);
  const block = css.slice(start, css.indexOf('\n}', start));
  return new Map(
    [...block.matchAll(/--([a-z0-9-]+): (#[0-9a-f]{6})/g)].map(([, name = '', value = '']) => [name, value]),
  );
}
const channels = (colour: string) => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
function luminance(rgb: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = rgb.map((each) => {
    const value = each / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: readonly number[], b: readonly number[]): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

test.each(['dark', 'light', 'contrast'])(
  '[TRACE80] in the %s theme a row’s texts have 4.5:1 on every tint',
  (theme) => {
    const tokens = tokensOf(tokensCss, theme);
    const rgb = (name: string) => channels(tokens.get(name) ?? expect.fail(`no ${name} in ${theme}`));
    for (const colour of ruleColours) {
      const [, tint = ''] =
        new RegExp(`\\[data-colour="${colour}"\\] \\{\\s*--rule-tint: ([^;]+);`).exec(rulesCss) ?? [];
      const [, plain] = /^var\(--([a-z-]+)\)$/.exec(tint) ?? [];
      const [, edge = '', share = ''] =
        /^color-mix\(in srgb, var\(--([a-z-]+)\) (\d+)%, var\(--surface-1\)\)$/.exec(tint) ?? [];
      const part = Number(share) / 100;
      const under =
        plain === undefined
          ? rgb('surface-1').map((each, i) => each * (1 - part) + (rgb(edge)[i] ?? 0) * part)
          : rgb(plain);
      for (const text of ['text-1', 'text-2', 'text-3', 'bad', 'warn', 'info'])
        expect(contrast(rgb(text), under), `${text} on ${colour}`).toBeGreaterThanOrEqual(4.5);
    }
  },
);
