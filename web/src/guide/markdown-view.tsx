import { Fragment, type ReactNode } from 'react';
import { guideAnchor } from '../../../server/contract/guide.ts';
import { revealWithin } from '../ui/reveal.ts';
import type { Block, Cell, Inline } from './markdown.ts';

/** Id of a heading, as links within the guide name it. */
function headingId(content: readonly Inline[]): string {
  return `guide-${guideAnchor(textOf(content))}`;
}

/** What a line says without its marks. */
export function textOf(content: readonly Inline[]): string {
  return content.map((inline) => ('content' in inline ? textOf(inline.content) : inline.text)).join('');
}

function scrollTo(id: string): void {
  const heading = document.getElementById(id);
  revealWithin(heading?.closest<HTMLElement>('.guide') ?? null, heading, 'start');
}

function Link({ href, children }: { href: string; children: ReactNode }) {
  if (href.startsWith('#')) {
    const id = `guide-${href.slice(1)}`;
    return (
      <a
        href={`#${id}`}
        onClick={(event) => {
          event.preventDefault();
          scrollTo(id);
        }}
      >
        {children}
      </a>
    );
  }
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}

/** A line's pieces as elements. */
function InlineView({ content }: { content: readonly Inline[] }) {
  return content.map((inline, i) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: the text does not change
    return <Fragment key={i}>{inlineElement(inline)}</Fragment>;
  });
}

function inlineElement(inline: Inline): ReactNode {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'code':
      return <code>{inline.text}</code>;
    case 'strong':
      return (
        <strong>
          <InlineView content={inline.content} />
        </strong>
      );
    case 'emphasis':
      return (
        <em>
          <InlineView content={inline.content} />
        </em>
      );
    case 'link':
      return (
        <Link href={inline.href}>
          <InlineView content={inline.content} />
        </Link>
      );
  }
}

function Row({ cells, head }: { cells: readonly Cell[]; head: boolean }) {
  const Tag = head ? 'th' : 'td';
  return (
    <tr>
      {cells.map((cell, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: columns have an order and nothing else
        <Tag key={i} data-align={cell.align} {...(head ? { scope: 'col' } : {})}>
          <InlineView content={cell.content} />
        </Tag>
      ))}
    </tr>
  );
}

export interface MarkdownProps {
  readonly blocks: readonly Block[];
  /** Draws a command that can be run. */
  readonly command: (host: string | undefined, text: string) => ReactNode;
}

/** Blocks of a guide as elements: nothing of it is ever read as HTML (GUIDE2). */
export function Markdown({ blocks, command }: MarkdownProps) {
  return blocks.map((block, i) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: the text does not change
    return <Fragment key={i}>{blockElement(block, command)}</Fragment>;
  });
}

function blockElement(block: Block, command: MarkdownProps['command']): ReactNode {
  switch (block.kind) {
    case 'heading': {
      const Tag = `h${block.level}` as const;
      return (
        <Tag id={headingId(block.content)}>
          <InlineView content={block.content} />
        </Tag>
      );
    }
    case 'paragraph':
      return (
        <p>
          <InlineView content={block.content} />
        </p>
      );
    case 'list': {
      const items = block.items.map((item, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: items have an order and nothing else
        <li key={i}>
          <Markdown blocks={item} command={command} />
        </li>
      ));
      return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
    }
    case 'quote':
      return (
        <blockquote>
          <Markdown blocks={block.blocks} command={command} />
        </blockquote>
      );
    case 'code':
      return (
        <pre data-language={block.language === '' ? undefined : block.language}>
          <code>{block.text}</code>
        </pre>
      );
    case 'run':
      return command(block.host, block.text);
    case 'table':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled with the keyboard
        <section className="guide-table" aria-label="Table" tabIndex={0}>
          <table>
            <thead>
              <Row cells={block.head} head />
            </thead>
            <tbody>
              {block.rows.map((cells, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: rows have an order and nothing else
                <Row key={i} cells={cells} head={false} />
              ))}
            </tbody>
          </table>
        </section>
      );
    case 'rule':
      return <hr />;
  }
}
