/**
 * Scrolls `scroller` (and nothing around it, as scrollIntoView would) until `element` is in sight: at its start, or by the
 * shortest way.
 */
export function revealWithin(scroller: HTMLElement | null, element: Element | null, where: 'start' | 'nearest'): void {
  if (!scroller || !element) return;
  const frame = scroller.getBoundingClientRect();
  const box = element.getBoundingClientRect();
  const above = box.top - frame.top;
  const below = box.bottom - frame.bottom;
  if (where === 'start' || above < 0) scroller.scrollTop += above;
  else if (below > 0) scroller.scrollTop += Math.min(below, above);
  const left = box.left - frame.left;
  const right = box.right - frame.right;
  if (left < 0) scroller.scrollLeft += left;
  else if (right > 0) scroller.scrollLeft += Math.min(right, left);
}
