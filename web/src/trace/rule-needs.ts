import type { FilterNeed } from '../../../bridge/packet/filter/filter.ts';
import type { ColourRule } from '../state/colour-rules.ts';
import { reading } from '../state/reading.ts';

/** Whether a rule that is on asks for what is known of packets beside their frames. */
export function rulesNeed(rules: readonly ColourRule[], need: FilterNeed): boolean {
  return rules.some(({ isOn, filter }) => {
    if (!isOn) return false;
    const read = reading().readFilter(filter);
    return read.ok && read.filter.needs.has(need);
  });
}
