import { expect, test } from 'vitest';
import { revealWithin } from './reveal.ts';

/** An element at a place of the window, pixels. */
function boxed(top: number, bottom: number, left = 0, right = 100): HTMLElement {
  const element = document.createElement('div');
  element.getBoundingClientRect = () => new DOMRect(left, top, right - left, bottom - top);
  return element;
}
function scrolled(element: HTMLElement, where: 'start' | 'nearest'): [top: number, left: number] {
  const scroller = boxed(100, 200);
  scroller.scrollTop = 50;
  scroller.scrollLeft = 50;
  revealWithin(scroller, element, where);
  return [scroller.scrollTop, scroller.scrollLeft];
}

test('[TRACE14] what is in sight is not scrolled, what is not by the shortest way', () => {
  expect(scrolled(boxed(120, 140), 'nearest')).toEqual([50, 50]);
  expect(scrolled(boxed(90, 110), 'nearest')).toEqual([40, 50]);
  expect(scrolled(boxed(190, 210), 'nearest')).toEqual([60, 50]);
  expect(scrolled(boxed(120, 140, 90, 130), 'nearest')).toEqual([50, 80]);
});

test('[TRACE14] something taller than its frame is shown from its start', () => {
  expect(scrolled(boxed(150, 400), 'nearest')).toEqual([100, 50]);
  expect(scrolled(boxed(150, 160), 'start')).toEqual([100, 50]);
});
