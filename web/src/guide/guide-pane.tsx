import { useLayoutEffect, useMemo, useRef } from 'react';
import { useLab } from '../state/lab-store.ts';
import { useRequirement } from '../state/requirement.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { revealWithin } from '../ui/reveal.ts';
import { AskedRequirementNote } from './asked-requirement.tsx';
import { Checklist } from './checklist.tsx';
import { CommandBlock } from './command-box.tsx';
import { sectionOf } from './guide-section.ts';
import { type Block, parseMarkdown } from './markdown.ts';
import { Markdown } from './markdown-view.tsx';
import './guide.css';

/** The lab's guide, with the first steps above it. */
export function GuidePane() {
  const detail = useLab((state) => state.detail);
  const problem = useLab((state) => state.problem);
  const blocks = useMemo(() => parseMarkdown(detail?.guide ?? ''), [detail?.guide]);
  const asked = useRequirement((state) => state.asked);
  const anchor = detail?.lab.requirements?.find(({ rule }) => rule === asked?.id)?.section;
  const section = useMemo(() => (anchor === undefined ? undefined : sectionOf(blocks, anchor)), [blocks, anchor]);
  const marked = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (asked === undefined || detail === undefined) return;
    revealWithin(marked.current?.closest<HTMLElement>('.guide') ?? null, marked.current, 'start');
    marked.current?.focus({ preventScroll: true });
  }, [asked, detail]);
  if (detail === undefined) {
    return problem === undefined ? (
      <EmptyState icon="guide" testId="guide-empty" title="The guide is on its way" />
    ) : (
      <EmptyState icon="guide" tone="bad" testId="guide-empty" title={problem.title} reason={problem.detail} />
    );
  }
  return (
    <div className="guide" data-testid="guide">
      {asked !== undefined && section === undefined && (
        <section ref={marked} className="guide-marked" tabIndex={-1} aria-label={`Requirement ${asked.id}`}>
          <AskedRequirementNote asked={asked} isStated={false} />
        </section>
      )}
      <Checklist key={detail.lab.id} detail={detail} />
      <article className="guide-text">
        {asked === undefined || section === undefined ? (
          <Text blocks={blocks} />
        ) : (
          <>
            <Text blocks={blocks.slice(0, section[0])} />
            <section ref={marked} className="guide-marked" tabIndex={-1} aria-label={`Requirement ${asked.id}`}>
              <AskedRequirementNote asked={asked} isStated />
              <Text blocks={blocks.slice(section[0], section[1])} />
            </section>
            <Text blocks={blocks.slice(section[1])} />
          </>
        )}
      </article>
    </div>
  );
}

function Text({ blocks }: { blocks: readonly Block[] }) {
  return <Markdown blocks={blocks} command={(host, text) => <CommandBlock host={host} text={text} />} />;
}
