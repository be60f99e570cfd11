import { act, useRef } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { byTestId, freshPage } from './page.fixture.ts';
import { useMeasured, useWidth } from './use-measured.ts';

/** The browser: how wide it drew the element, and who wants to hear of it. */
const browser = { width: 0, watches: new Map<Element, () => void>() };
const resize = (width: number) =>
  act(async () => {
    browser.width = width;
    for (const changed of browser.watches.values()) changed();
  });
beforeEach(() => {
  browser.width = 300;
  vi.stubGlobal(
    'ResizeObserver',
    class {
      readonly #changed: () => void;
      constructor(changed: () => void) {
        this.#changed = changed;
      }
      observe(element: Element) {
        browser.watches.set(element, this.#changed);
      }
      disconnect() {
        browser.watches.clear();
      }
    },
  );
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockImplementation(() => browser.width);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});
const page = freshPage();

function Wide({ drawn }: { drawn: number[] }) {
  const host = useRef<HTMLDivElement>(null);
  const width = useWidth(host);
  drawn.push(width);
  return <div ref={host} data-testid="wide" data-width={width} />;
}

const isSmall = ({ clientWidth }: HTMLElement) => (clientWidth === 0 ? undefined : clientWidth < 500);
function Small({ drawn }: { drawn: boolean[] }) {
  const host = useRef<HTMLDivElement>(null);
  const small = useMeasured(host, false, isSmall);
  drawn.push(small);
  return <div ref={host} />;
}

test('[UI50] a width is known before the first paint and follows the element until it is gone', async () => {
  const drawn: number[] = [];
  await page.draw(<Wide drawn={drawn} />);
  await resize(420);
  expect(drawn).toEqual([0, 300, 420]);
  expect(byTestId('wide').dataset.width).toBe('420');
  await page.draw(null);
  expect(browser.watches.size).toBe(0);
});

test('[UI50] what comes out the same draws nothing anew, and what cannot be measured changes nothing', async () => {
  const drawn: boolean[] = [];
  await page.draw(<Small drawn={drawn} />);
  expect(drawn).toEqual([false, true]);
  await resize(480);
  await resize(0);
  expect(drawn.every((small, index) => small === index > 0)).toBe(true);
  const before = drawn.length;
  await resize(490);
  expect(drawn).toHaveLength(before);
  await resize(700);
  expect(drawn.at(-1)).toBe(false);
});
