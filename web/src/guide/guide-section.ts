import { guideAnchor } from '../../../server/contract/guide.ts';
import type { Block } from './markdown.ts';
import { textOf } from './markdown-view.tsx';

/** The blocks of a heading and what stands under it, as `[from, to)`; undefined when no heading has the anchor. */
export function sectionOf(blocks: readonly Block[], anchor: string): readonly [number, number] | undefined {
  const from = blocks.findIndex((block) => block.kind === 'heading' && guideAnchor(textOf(block.content)) === anchor);
  const heading = blocks[from];
  if (heading?.kind !== 'heading') return undefined;
  const next = blocks.findIndex((block, i) => i > from && block.kind === 'heading' && block.level <= heading.level);
  return [from, next < 0 ? blocks.length : next];
}
