import { act, lazy, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, test, vi } from 'vitest';
import { Boundary } from './boundary.tsx';

test.each([
  ['Failed to fetch dynamically imported module: /assets/faults-pane.js', 'Its code did not come from the server.'],
  ['Unable to preload CSS for /assets/faults-pane.css', 'Its code did not come from the server.'],
  ['nothing is called x', 'It met an error of its own: nothing is called x'],
])('[UI48] a part that fails (%s) says so, and what is beside it stays', async (message, reason) => {
  Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true);
  // React tells of what a boundary caught there.
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const Pane = lazy<() => null>(() => Promise.reject(new TypeError(message)));
  const host = document.createElement('div');
  const root = createRoot(host);
  await act(async () =>
    root.render(
      <>
        <p>beside</p>
        <Suspense>
          <Boundary what="Faults">
            <Pane />
          </Boundary>
        </Suspense>
      </>,
    ),
  );
  expect(host.textContent).toContain('beside');
  const part = host.querySelector('[data-testid="state-failed-part"]');
  expect(part?.querySelector('h3')?.textContent).toBe('Faults cannot be shown');
  expect(part?.textContent).toContain(reason);
  expect(part?.querySelector('[data-testid="cmd-load-again"]')).not.toBeNull();
  await act(async () => root.unmount());
  vi.restoreAllMocks();
});
