import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { setComment } from '../session/comments.ts';
import {
  clearTemporary,
  type RuleColour,
  ruleColours,
  toggleTemporary,
  useColourRules,
} from '../state/colour-rules.ts';
import { useRegisterCommands } from '../state/commands.ts';
import { useComments } from '../state/comments.ts';
import { followStream, transportOf } from '../state/followed.ts';
import { marksOf, toggleMark, toggleReference, useMarks } from '../state/marks.ts';
import { showFiltered } from '../state/show-filtered.ts';
import type { TraceLog } from '../state/trace-log.ts';
import type { MenuItem } from '../ui/menu.tsx';
import { openColourRules } from './colour-rules-place.tsx';
import { conversationOf } from './conversation-filter.ts';
import { openComment, useWhyNotComment } from './use-comment-commands.ts';

/** Gives the packet's conversation a colour, or takes it away. */
function colourConversation(record: TraceRecord, colour: RuleColour): void {
  // By the key that gives the colour: the ends themselves are in the row.
  const name = `Conversation ${ruleColours.indexOf(colour) + 1}`;
  toggleTemporary(conversationOf(record).filter, name, colour);
}

/** What can be done with a packet of the list. `whyNotComment`: why it cannot be commented now. */
export function rowItems(log: TraceLog, record: TraceRecord, whyNotComment: string | undefined): MenuItem[] {
  const { seq } = record;
  const { marked, reference } = marksOf(useMarks.getState(), log.epochMs);
  const isCommented = useComments.getState().bySeq.has(seq);
  const { temporary } = useColourRules.getState();
  const { filter, name } = conversationOf(record);
  const items: MenuItem[] = [
    {
      id: 'row.comment',
      group: `Packet #${seq}`,
      icon: 'comment',
      label: isCommented ? 'Edit the comment' : 'Comment…',
      off: whyNotComment,
      run: () => openComment(seq),
    },
    {
      id: 'row.mark',
      group: `Packet #${seq}`,
      icon: 'flag',
      label: marked.has(seq) ? 'Take the mark away' : 'Mark',
      run: () => toggleMark(log.epochMs, seq),
    },
    {
      id: 'row.time-reference',
      group: `Packet #${seq}`,
      icon: 'clock',
      label: reference?.seq === seq ? 'Times count from the beginning' : 'Times count from here',
      run: () => toggleReference(log.epochMs, record),
    },
    {
      id: 'row.conversation',
      group: name,
      icon: 'filter',
      label: 'Show this conversation only',
      run: () => showFiltered(filter),
    },
    {
      id: 'row.follow',
      group: name,
      icon: 'follow',
      label: 'Follow stream',
      off: transportOf(record) === undefined ? 'Only TCP and UDP have streams.' : undefined,
      run: () => followStream(seq),
    },
    ...ruleColours.map((colour): MenuItem => {
      const has = temporary.some((each) => each.colour === colour && each.filter === filter);
      return {
        id: `row.colour-${colour}`,
        group: name,
        label: `Colour this conversation ${colour}`,
        ...(has && { checked: true }),
        run: () => colourConversation(record, colour),
      };
    }),
  ];
  if (isCommented && whyNotComment === undefined)
    items.splice(1, 0, {
      id: 'row.remove-comment',
      group: `Packet #${seq}`,
      icon: 'drop',
      label: 'Remove the comment',
      run: () => setComment(seq, ''),
    });
  if (temporary.length > 0)
    items.push({ id: 'row.uncolour', group: name, label: 'Uncolour all conversations', run: clearTemporary });
  return [...items, { id: 'row.rules', group: 'Rows', icon: 'palette', label: 'Colour rules…', run: openColourRules }];
}

/** The same by keys and palette; `openMenu` opens the menu at the row of the selected packet (TRACE79). */
export function useRowCommands(log: TraceLog, selected: number, openMenu: () => void): string | undefined {
  const whyNotComment = useWhyNotComment();
  const record = () => log.record(selected);
  const command = { group: 'Trace', when: () => record() !== undefined } as const;
  useRegisterCommands([
    {
      ...command,
      id: 'trace.row-menu',
      title: 'What can be done with the packet',
      pane: 'trace',
      keys: ['Shift+F10', 'ContextMenu'],
      run: openMenu,
    },
    { group: 'Trace', id: 'trace.colour-rules', title: 'Colour rules…', run: openColourRules },
    ...ruleColours.map((colour, place) => ({
      ...command,
      id: `trace.colour-${colour}`,
      title: `Colour this conversation ${colour}, or no longer`,
      keys: [`Ctrl+Alt+${place + 1}`],
      run: () => {
        const chosen = record();
        if (chosen !== undefined) colourConversation(chosen, colour);
      },
    })),
    {
      group: 'Trace',
      id: 'trace.uncolour',
      title: 'Uncolour all conversations',
      keys: ['Ctrl+Alt+0'],
      when: () => useColourRules.getState().temporary.length > 0,
      run: clearTemporary,
    },
  ]);
  return whyNotComment;
}
