/** Times of the trace's clock and lengths of buckets, in words and filters. */

/** `200 ms`, `1 s`, `2 min`. */
export function intervalText(us: number): string {
  if (us < 1_000_000) return `${us / 1000} ms`;
  if (us < 60_000_000 || us % 60_000_000 !== 0) return `${us / 1_000_000} s`;
  return us === 60_000_000 ? '60 s' : `${us / 60_000_000} min`;
}

/** A moment as the scrubber writes it, with as many decimals as a bucket needs: `01:02.35`. */
export function timeText(us: number, intervalUs: number): string {
  const decimals = intervalUs % 1_000_000 === 0 ? 0 : intervalUs >= 100_000 ? 1 : intervalUs >= 10_000 ? 2 : 3;
  const scale = 10 ** decimals;
  const units = Math.round((Math.max(0, us) / 1e6) * scale);
  const minutes = Math.floor(units / (60 * scale));
  const seconds = (units - minutes * 60 * scale) / scale;
  return `${String(minutes).padStart(2, '0')}:${seconds.toFixed(decimals).padStart(decimals === 0 ? 2 : decimals + 3, '0')}`;
}

/** The trace's filter that records from `fromUs` up to, without, `toUs` pass. */
export function timeFilter(fromUs: number, toUs: number): string {
  const seconds = (us: number): string => String(Number((us / 1e6).toFixed(6)));
  return `frame.time_relative >= ${seconds(fromUs)} and frame.time_relative < ${seconds(toUs)}`;
}
