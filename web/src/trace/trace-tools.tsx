import { type RefObject, useEffect } from 'react';
import { announce } from '../state/announce.ts';
import { useRegisterCommands } from '../state/commands.ts';
import { countOf } from '../state/text.ts';
import { useTraceFilter } from '../state/trace-filter.ts';
import { shareWords, useTraceShare } from '../state/trace-share.ts';
import { traceStore } from '../state/trace-store.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { PaneTools } from '../ui/pane-tools.tsx';
import { AllPoints, Coverage } from './all-points.tsx';
import { openColourRules } from './colour-rules-place.tsx';
import { ExportMenu } from './export-menu.tsx';
import { FilterField } from './filter-field.tsx';
import type { Following } from './use-follow.ts';
import type { TraceRows } from './use-trace-rows.ts';
import type { WholeLog } from './use-whole-log.ts';

/** What else is to be said of the rows: whether they are all, and what is still looked for. '' when nothing is. */
function wholeWords({ isComplete, isCut, lost }: WholeLog): string {
  const searching = isComplete ? '' : ' searching older…';
  const cut = isCut ? ', the newest of them' : '';
  return `${searching}${cut}${lost > 0 ? `, ${countOf(lost)} no longer kept` : ''}`;
}

/** Numbers beside the filter: all, or matched of all; and what is going on with them, in a narrow pane as a tooltip. */
function Count({ rows, compact }: { rows: TraceRows; compact: boolean }) {
  const { view, log, whole } = rows;
  const text = view.filtered ? `${countOf(view.matched)} / ${countOf(view.total)}` : countOf(view.matched);
  const words = whole === undefined ? '' : wholeWords(whole);
  return (
    <span
      className="query-count trace-count"
      title={compact && words !== '' ? `${text}${words}` : undefined}
      data-testid="trace-count"
      data-filtering={view.filtering}
    >
      {view.filtering ? `filtering… ${text}` : text}
      {words !== '' && !compact && (
        <span data-testid="trace-whole" title="Older rows come from the lab’s log, as far back as it reaches.">
          {words}
        </span>
      )}
      {log.paused && <b data-testid="trace-waiting"> paused, {countOf(log.waiting)} new</b>}
    </span>
  );
}

/** On overload: how much of it is shown here. In a narrow pane the tooltip says the rest. */
function Share({ compact }: { compact: boolean }) {
  const words = useTraceShare(({ share }) => shareWords(share));
  const overloaded = words !== undefined;
  useEffect(() => {
    if (overloaded) announce('More packets than a page can show: the trace shows a part of them; the server has all.');
  }, [overloaded]);
  if (words === undefined) return null;
  const text = `showing ${words}; the server has all`;
  return (
    <span className="trace-share" data-testid="trace-share" title={text}>
      <Icon name="warn" size="s" />
      <span className="ellipsis">{compact ? words : text}</span>
    </span>
  );
}

export interface TraceToolsProps {
  readonly rows: TraceRows;
  readonly following: Following;
  readonly relative: boolean;
  readonly compact: boolean;
  readonly onRelative: (relative: boolean) => void;
  /** Puts the focus into the list. */
  readonly onLeave: () => void;
  readonly input: RefObject<HTMLInputElement | null>;
}

/** The filter and the switches of the trace, in the pane's head. */
export function TraceTools({ rows, following, relative, compact, onRelative, onLeave, input }: TraceToolsProps) {
  const { text, clear } = useTraceFilter();
  const { log } = rows;
  const pause = () => (log.paused ? traceStore.resume() : traceStore.pause());
  const follow = () => {
    if (following.follow) return following.stop();
    traceStore.resume();
    following.start();
  };
  useRegisterCommands([
    {
      id: 'trace.filter',
      title: 'Filter packets',
      group: 'Trace',
      pane: 'trace',
      keys: ['/'],
      run: () => input.current?.focus(),
    },
    { id: 'trace.follow', title: 'Follow new packets', group: 'Trace', pane: 'trace', keys: ['f'], run: follow },
    {
      id: 'trace.pause',
      title: log.paused ? 'Show packets live again' : 'Pause the trace',
      group: 'Trace',
      run: pause,
    },
    { id: 'trace.delta', title: 'Time since the packet before', group: 'Trace', run: () => onRelative(!relative) },
    { id: 'trace.clear-filter', title: 'Clear the packet filter', group: 'Trace', when: () => text !== '', run: clear },
  ]);
  return (
    <PaneTools>
      <FilterField input={input} onLeave={onLeave} />
      <Share compact={compact} />
      <Coverage compact={compact} />
      <Count rows={rows} compact={compact} />
      <AllPoints />
      <button
        type="button"
        className="button button-ghost button-bare"
        aria-pressed={relative}
        aria-label="Time since the packet before"
        title="Time since the packet before"
        data-testid="cmd-trace.delta"
        onClick={() => onRelative(!relative)}
      >
        Δ
      </button>
      <Button id="trace.colour-rules" bare kind="ghost" icon="palette" label="Colour rules" onPress={openColourRules} />
      <ExportMenu rows={rows} />
      <Button
        id="trace.pause"
        bare
        kind="ghost"
        icon={log.paused ? 'play' : 'pause'}
        label={log.paused ? 'Show packets live again' : 'Pause: what comes is collected'}
        pressed={log.paused}
        onPress={pause}
      />
      <Button
        id="trace.follow"
        bare
        kind="ghost"
        icon="follow"
        label="Follow new packets (f)"
        pressed={following.follow}
        onPress={follow}
      />
    </PaneTools>
  );
}
