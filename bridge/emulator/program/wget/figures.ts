/** Bytes a second as a number below 1024 with its unit, as GNU programs show it: 1536 → 1.5 and K. */
export function rateOf(
  bytes: number,
  seconds: number,
): { readonly number: string; readonly unit: '' | 'K' | 'M' | 'G' } {
  // What took no time at all took half of what the clock can tell.
  let rate = bytes / (seconds > 0 ? seconds : 5e-7);
  let unit = 0;
  while (rate >= 1024 && unit < units.length - 1) {
    rate /= 1024;
    unit++;
  }
  return { number: rate.toFixed(rate >= 99.95 ? 0 : rate >= 9.995 ? 1 : 2), unit: units[unit] ?? '' };
}
const units = ['', 'K', 'M', 'G'] as const;

/** 100000 → `98K`, 1048576 → `1.0M`; below 1024 the number itself. */
export function humanSize(bytes: number): string {
  if (bytes < 1024) return String(bytes);
  let size = bytes;
  for (const unit of ['K', 'M', 'G']) {
    if (size / 1024 < 1024 || unit === 'G') {
      const value = size / 1024;
      return `${value.toFixed(value < 10 ? 1 : 0)}${unit}`;
    }
    size = Math.floor(size / 1024);
  }
  return String(bytes);
}

/** Seconds in few characters: 12, 1.5, 0.03, 0. */
export function decimal(seconds: number): string {
  if (seconds >= 9.95) return seconds.toFixed(0);
  if (seconds >= 0.95) return seconds.toFixed(1);
  if (seconds >= 0.001) return String(Number(seconds.toPrecision(1)));
  return seconds >= 0.0005 ? seconds.toFixed(3) : '0';
}

/** `12s`, `2m5s`, `1h30m`. */
export function shortTime(seconds: number): string {
  if (seconds < 100) return `${seconds}s`;
  if (seconds < 6000) return `${Math.floor(seconds / 60)}m${seconds % 60}s`;
  const minutes = Math.floor(seconds / 60);
  return `${Math.floor(minutes / 60)}h${minutes % 60}m`;
}
