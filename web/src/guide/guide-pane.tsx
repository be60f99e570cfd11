import { useMemo } from 'react';
import { useLab } from '../state/lab-store.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Checklist } from './checklist.tsx';
import { CommandBlock } from './command-box.tsx';
import { parseMarkdown } from './markdown.ts';
import { Markdown } from './markdown-view.tsx';
import './guide.css';

/** The lab's guide, with the first steps above it. */
export function GuidePane() {
  const detail = useLab((state) => state.detail);
  const problem = useLab((state) => state.problem);
  const blocks = useMemo(() => parseMarkdown(detail?.guide ?? ''), [detail?.guide]);
  if (detail === undefined) {
    return problem === undefined ? (
      <EmptyState icon="guide" testId="guide-empty" title="The guide is on its way" />
    ) : (
      <EmptyState icon="guide" tone="bad" testId="guide-empty" title={problem.title} reason={problem.detail} />
    );
  }
  return (
    <div className="guide" data-testid="guide">
      <Checklist key={detail.lab.id} detail={detail} />
      <article className="guide-text">
        <Markdown blocks={blocks} command={(host, text) => <CommandBlock host={host} text={text} />} />
      </article>
    </div>
  );
}
