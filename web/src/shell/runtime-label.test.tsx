import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, test } from 'vitest';
import { RuntimeLabel } from './runtime-label.tsx';

test('[UI29] the top bar names the runtime, and focus says what of it is real', async () => {
  Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true);
  const host = document.createElement('div');
  document.body.append(host);
  const root = createRoot(host);
  const label = () => host.querySelector<HTMLElement>('[data-testid="runtime"]');
  await act(async () => root.render(<RuntimeLabel kind="emulated" narrow={false} />));
  expect(label()?.textContent).toBe('Emulated network');
  expect([label()?.tabIndex, label()?.dataset.runtime]).toEqual([0, 'emulated']);
  await act(async () => label()?.dispatchEvent(new PointerEvent('pointerover', { bubbles: true })));
  await act(() => new Promise((rested) => setTimeout(rested, 400)));
  const tip = document.querySelector('[role="tooltip"]')?.textContent ?? '';
  expect(tip).toMatch(/^Emulated: hosts, links and switches .* Real: OpenFlow and VNS over sockets/);
  expect(tip).not.toMatch(/Mininet|Open vSwitch/);
  await act(async () => root.render(<RuntimeLabel kind="emulated" narrow />));
  expect(label()?.textContent).toBe('Emulated');
  await act(async () => root.render(<RuntimeLabel kind="mininet" narrow={false} />));
  expect(label()?.textContent).toBe('Mininet');
  await act(async () => root.unmount());
  host.remove();
});
