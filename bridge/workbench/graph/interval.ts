/** Buckets of one answer (WB45). */
export const mostBuckets = 4000;
export const shortestIntervalUs = 1000;
export const longestIntervalUs = 3_600_000_000;

/** What a person reads at once: 1, 2, 5, 10 … 500 ms, 1 … 60 s, 2 … 60 min. Behind it each is twice the one before. */
const stepsUs: readonly number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((ms) => ms * 1000),
  ...[1, 2, 5, 10, 20, 30, 60].map((s) => s * 1_000_000),
  ...[2, 5, 10, 20, 30, 60].map((min) => min * 60_000_000),
];

/** Buckets of `intervalUs` that a time touches; they lie at whole multiples of the interval on the trace's clock. */
const bucketsOf = (fromUs: number, toUs: number, intervalUs: number): number =>
  Math.max(1, Math.ceil(toUs / intervalUs) - Math.floor(fromUs / intervalUs));

/** The asked interval, or the shortest step above it with which the time from `fromUs` up to `toUs` fits `buckets`. */
export function intervalFor(fromUs: number, toUs: number, askedUs: number, buckets: number): number {
  const fits = (intervalUs: number): boolean => bucketsOf(fromUs, toUs, intervalUs) <= buckets;
  if (fits(askedUs)) return askedUs;
  const step = stepsUs.find((each) => each > askedUs && fits(each));
  let intervalUs = step ?? Math.max(askedUs, longestIntervalUs);
  while (!fits(intervalUs)) intervalUs *= 2;
  return intervalUs;
}
