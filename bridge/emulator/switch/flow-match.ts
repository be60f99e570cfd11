import { type FlowKey, keyWords } from './flow-key.ts';

/** What an entry asks for: the bits of `key` that `mask` has. Bits outside the mask are 0. */
export interface FlowMatch {
  readonly key: FlowKey;
  readonly mask: FlowKey;
}

/** Whether a frame's key is what the match asks for. */
export function matches(match: FlowMatch, key: FlowKey): boolean {
  for (let i = 0; i < keyWords; i++) if (((key[i] ?? 0) & (match.mask[i] ?? 0)) !== match.key[i]) return false;
  return true;
}

/** Whether everything that `narrow` takes is taken by `wide` too: how a description selects entries (§4.6). */
export function includes(wide: FlowMatch, narrow: FlowMatch): boolean {
  for (let i = 0; i < keyWords; i++) {
    const mask = wide.mask[i] ?? 0;
    if ((mask & ~(narrow.mask[i] ?? 0)) !== 0 || ((narrow.key[i] ?? 0) & mask) !== wide.key[i]) return false;
  }
  return true;
}

/** Whether a frame can be what both ask for. */
export function overlaps(a: FlowMatch, b: FlowMatch): boolean {
  for (let i = 0; i < keyWords; i++) {
    const both = (a.mask[i] ?? 0) & (b.mask[i] ?? 0);
    if ((((a.key[i] ?? 0) ^ (b.key[i] ?? 0)) & both) !== 0) return false;
  }
  return true;
}
