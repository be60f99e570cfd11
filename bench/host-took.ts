import { readFileSync } from 'node:fs';

/** Fields of the first line of /proc/stat, clock ticks (proc(5)): user nice system idle iowait irq softirq steal … */
const stealAt = 7;
const counted = 8;

function ticks(): { readonly all: number; readonly stolen: number } {
  const [, ...fields] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').split(/\s+/).map(Number);
  const spent = fields.slice(0, counted);
  return { all: spent.reduce((sum, each) => sum + each, 0), stolen: spent[stealAt] ?? 0 };
}

/**
 * Starts to count; the returned function tells which share of the processors' time the host gave to others since, per
 * cent: of what makes a figure worse from one hour to the next, the part that a guest can see.
 */
export function hostTook(): () => number {
  const before = ticks();
  return () => {
    const now = ticks();
    return (100 * (now.stolen - before.stolen)) / Math.max(1, now.all - before.all);
  };
}
