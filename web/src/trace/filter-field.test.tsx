import { act, createRef } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useTraceFilter } from '../state/trace-filter.ts';
import { FilterField } from './filter-field.tsx';

const leave = vi.fn();
let host: HTMLDivElement;
let unmount: () => Promise<void>;

beforeEach(async () => {
  Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true);
  useTraceFilter.getState().clear();
  leave.mockClear();
  host = document.createElement('div');
  document.body.append(host);
  const root = createRoot(host);
  await act(async () => root.render(<FilterField input={createRef()} onLeave={leave} />));
  unmount = async () => act(async () => root.unmount());
  await act(async () => field().focus());
});
afterEach(async () => {
  await unmount();
  host.remove();
});

const byTestId = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
function field(): HTMLInputElement {
  const input = byTestId('trace-filter');
  if (!(input instanceof HTMLInputElement)) throw new Error('there is no field');
  return input;
}
async function type(text: string): Promise<void> {
  await act(async () => {
    const setter = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
    setter?.call(field(), text);
    field().setSelectionRange(text.length, text.length);
    field().dispatchEvent(new Event('input', { bubbles: true }));
  });
}
async function press(key: string): Promise<boolean> {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
  await act(async () => {
    field().dispatchEvent(event);
  });
  return event.defaultPrevented;
}
const offered = () => [...document.querySelectorAll('[role="option"] code')].map((each) => each.textContent);

test('[TRACE17] what is wrong is underlined and said, a press puts it right, the last good filter stays', async () => {
  await type('icmp');
  await type('icmp and ip.ttx == 63');
  expect(byTestId('trace-filter-wrong')?.textContent).toBe('ip.ttx');
  expect(byTestId('trace-filter-says')?.textContent).toContain('“ip.ttx” is not a field.');
  expect(field().getAttribute('aria-invalid')).toBe('true');
  expect(useTraceFilter.getState().good).toBe('icmp');
  await act(async () => byTestId('trace-filter-suggestion')?.click());
  expect(field().value).toBe('icmp and ip.ttl == 63');
  expect(useTraceFilter.getState().good).toBe('icmp and ip.ttl == 63');
  expect(byTestId('trace-filter-says')).toBeNull();
});

test('[TRACE17] arrows choose among what is offered, Tab and Enter take, Escape closes, then clears', async () => {
  await type('icmp.ty');
  expect(offered()).toEqual(['icmp.type']);
  expect(await press('Tab')).toBe(true);
  expect(field().value).toBe('icmp.type ');
  expect(offered()).toContain('==');
  await press('ArrowDown');
  await press('ArrowDown');
  const active = document.getElementById(field().getAttribute('aria-activedescendant') ?? '');
  expect(active?.querySelector('code')?.textContent).toBe('!=');
  await press('Enter');
  expect(field().value).toBe('icmp.type != ');
  expect(offered().slice(0, 2)).toEqual(['0', '3']);
  await press('Escape');
  expect(offered()).toEqual([]);
  expect(field().value).toBe('icmp.type != ');
  await press('Escape');
  expect(field().value).toBe('');
  expect(leave).not.toHaveBeenCalled();
  await press('Escape');
  expect(leave).toHaveBeenCalledTimes(1);
});

test('[TRACE17] Enter without a choice goes to the list, or applies what was prepared', async () => {
  await type('arp');
  await press('Enter');
  expect(leave).toHaveBeenCalledTimes(1);
  await act(async () => useTraceFilter.getState().prepare('icmp'));
  expect(byTestId('trace-filter-says')?.textContent).toBe('Prepared: Enter applies it.');
  expect(useTraceFilter.getState().good).toBe('arp');
  await press('Enter');
  expect(useTraceFilter.getState().good).toBe('icmp');
});
