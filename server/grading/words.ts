/** `3 times`, `at least once`, `never`, `1 to 3 times`. */
export function timesText(min: number, max: number): string {
  if (max === 0) return 'never';
  if (min === max) return times(min);
  if (max === Number.POSITIVE_INFINITY) return `at least ${times(min)}`;
  return min === 0 ? `at most ${times(max)}` : `${min} to ${max} times`;
}

/** A number of times that something was seen. */
export const times = (n: number): string => (n === 0 ? 'never' : n === 1 ? 'once' : `${n} times`);

/** `3 packets`, `at least 1 packet`, `no packet`, `1 to 3 packets`. */
export function countText(min: number, max: number): string {
  if (max === 0) return 'no packet';
  if (min === max) return packets(min);
  if (max === Number.POSITIVE_INFINITY) return `at least ${packets(min)}`;
  return min === 0 ? `at most ${packets(max)}` : `${min} to ${packets(max)}`;
}
const packets = (n: number): string => (n === 1 ? '1 packet' : `${n} packets`);
