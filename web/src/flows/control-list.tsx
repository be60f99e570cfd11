// biome-ignore-all lint/a11y/useSemanticElements: a virtual list of ten thousand rows cannot be a table
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row
import { useEffect, useRef } from 'react';
import type { ControlMessage } from '../../../server/contract/flows.ts';
import { microsOf } from '../state/text.ts';
import { useWalkCommands } from '../state/walk-commands.ts';
import { Icon } from '../ui/icon.tsx';
import { timeText } from './flow-text.ts';
import { GridList, useGridRows } from './grid-list.tsx';

const columns = ['#', 'Time', 'Switch', 'Message', 'xid', 'Length', 'Info', 'Answer'] as const;
/** Pixels: `--row-h`, and two lines of it. */
const rowHeights = { wide: 20, compact: 44 } as const;
const overscan = 12;
const rowId = (id: number) => `control-row-${id}`;

interface ControlListProps {
  readonly messages: readonly ControlMessage[];
  readonly selected: number;
  readonly compact: boolean;
  readonly onSelect: (id: number) => void;
}

/** The control messages, the newest at the end and in sight until somebody chooses another. */
export function ControlList({ messages, selected, compact, onSelect }: ControlListProps) {
  const follows = useRef(true);
  const height = rowHeights[compact ? 'compact' : 'wide'];
  const rows = useGridRows({ count: messages.length, height, compact, overscan });
  const { virtualizer, page } = rows;
  // biome-ignore lint/correctness/useExhaustiveDependencies: new rows are followed, and so is another height
  useEffect(() => {
    if (follows.current) virtualizer.scrollToIndex(messages.length - 1, { align: 'end' });
  }, [messages.length, virtualizer.scrollRect?.height]);
  const at = messages.findIndex(({ id }) => id === selected);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another choice scrolls
  useEffect(() => {
    if (at >= 0) virtualizer.scrollToIndex(at, { align: 'auto' });
  }, [selected]);

  useWalkCommands({
    id: 'control',
    group: 'OpenFlow messages',
    pane: 'flows',
    one: 'message',
    begins: 'last',
    count: () => messages.length,
    at: () => at,
    pages: { of: 'messages', size: page },
    when: () => messages.length > 0,
    goTo: (index) => {
      const message = messages[index];
      if (message !== undefined) onSelect(message.id);
    },
  });
  const partner = at < 0 ? 0 : messages[at]?.request || messages[at]?.answer;

  return (
    <GridList
      rows={rows}
      label="OpenFlow messages"
      testId="control-grid"
      className={`control-grid ${compact ? 'control-compact' : ''}`}
      headClassName="control-row control-head"
      columns={columns}
      count={messages.length}
      active={at}
      activeId={rowId(selected)}
      onScroll={({ scrollTop, scrollHeight, clientHeight }) => {
        follows.current = scrollHeight - scrollTop - clientHeight < 2 * height;
      }}
      row={(index) => {
        const message = messages[index];
        if (message === undefined) return undefined;
        return (
          <ControlLine
            message={message}
            answer={answerOf(messages, index)}
            index={index}
            isSelected={message.id === selected}
            isPartner={message.id === partner}
            onSelect={onSelect}
          />
        );
      }}
    />
  );
}

/** The answer to a message: messages are in order of id, and an answer stands near. */
function answerOf(messages: readonly ControlMessage[], index: number): ControlMessage | undefined {
  const message = messages[index];
  if (message === undefined || message.answer === 0) return undefined;
  for (let i = index + 1; i < messages.length; i++) if (messages[i]?.id === message.answer) return messages[i];
  return undefined;
}

interface ControlLineProps {
  readonly message: ControlMessage;
  readonly answer: ControlMessage | undefined;
  readonly index: number;
  readonly isSelected: boolean;
  readonly isPartner: boolean;
  readonly onSelect: (id: number) => void;
}

function ControlLine({ message, answer, index, isSelected, isPartner, onSelect }: ControlLineProps) {
  const isOurs = message.direction === 'to switch';
  const isBad = message.isError || answer?.isError === true;
  const marks = `${isSelected ? 'control-selected' : isPartner ? 'control-partner' : ''} ${isBad ? 'control-bad' : ''}`;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
    <div
      id={rowId(message.id)}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      className={`control-row ${marks}`}
      data-testid="control-message"
      data-id={message.id}
      data-type={message.type}
      onClick={() => onSelect(message.id)}
    >
      <span role="gridcell" className="flows-number">
        {message.id}
      </span>
      <span role="gridcell" className="flows-number">
        {timeText(message.tUs)}
      </span>
      <span role="gridcell">{message.switch || message.peer}</span>
      <span role="gridcell" className="control-type">
        <span className={`control-way ${isOurs ? '' : 'control-back'}`}>
          <Icon name="arrow" size="s" />
          <span className="unseen">{message.direction}</span>
        </span>
        {isBad && <Icon name="bad" size="s" />}
        <span className="ellipsis">{message.type}</span>
      </span>
      <span role="gridcell" className="flows-number mono">
        {message.xid > 0xffff ? `0x${message.xid.toString(16)}` : message.xid}
      </span>
      <span role="gridcell" className="flows-number">
        {message.lengthBytes}
      </span>
      <span role="gridcell" className="control-info" title={message.info}>
        {message.info}
        {message.about !== '' && <em> about {message.about}</em>}
      </span>
      <span role="gridcell" className="control-answer">
        {answerText(message, answer)}
      </span>
    </div>
  );
}

function answerText(message: ControlMessage, answer: ControlMessage | undefined): string {
  if (message.type === 'ECHO') return message.answerUs > 0 ? `in ${microsOf(message.answerUs)}` : '';
  if (message.request > 0) return `to #${message.request}`;
  if (answer === undefined) return '';
  return `${answer.isError ? 'error ' : ''}#${answer.id} in ${microsOf(answer.answerUs)}`;
}
