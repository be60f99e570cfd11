import { useState } from 'react';
import type { FlowDraft } from '../../../bridge/packet/flow/flow-draft.ts';
import type { FlowChange, FlowRow, FlowTable } from '../../../server/contract/flows.ts';
import type { SwitchStatus } from '../../../server/contract/status.ts';
import { api } from '../session/api.ts';
import { problemOf } from '../session/problem.ts';
import { announce } from '../state/announce.ts';
import { useRegisterCommands } from '../state/commands.ts';
import { notify } from '../state/notices.ts';
import { select, useSelection } from '../state/selection.ts';
import { countOf, plural } from '../state/text.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Icon } from '../ui/icon.tsx';
import { PaneTools } from '../ui/pane-tools.tsx';
import { FlowCard, LookupCard } from './flow-card.tsx';
import { FlowForm, newDraft } from './flow-form.tsx';
import { FlowList } from './flow-list.tsx';
import { timeText } from './flow-text.ts';
import { useFlowTable, useLookup } from './use-flow-table.ts';

interface FlowTableTabProps {
  readonly lab: string;
  readonly its: SwitchStatus;
  readonly isSeen: boolean;
  readonly compact: boolean;
}

/** What is being written: a new entry, or another content for one. */
type Writing = { readonly kind: 'add' } | { readonly kind: 'edit'; readonly entry: FlowRow };

const draftOf = ({ matchText, actionsText, priority, idleTimeoutS, hardTimeoutS, cookie }: FlowRow): FlowDraft => ({
  match: matchText,
  actions: actionsText,
  priority,
  idleTimeoutS,
  hardTimeoutS,
  cookie,
});

/** Why an entry cannot be written again from here. */
const whyNotEdit = ({ actionsText }: FlowRow): string | undefined =>
  /vendor:|unknown:/.test(actionsText) ? 'It has actions of a vendor, which cannot be written here.' : undefined;

/** The flow table of one switch: entries, the chosen one, the form, and what was done last. */
export function FlowTableTab({ lab, its, isSeen, compact }: FlowTableTabProps) {
  const { dpid, name } = its;
  const { table, problem, refresh } = useFlowTable(lab, dpid, isSeen && its.connected);
  const selection = useSelection(({ current }) => current);
  const selected = selection?.kind === 'flow' && selection.dpid === dpid ? selection.id : undefined;
  const seq = selection?.kind === 'packet' ? selection.seq : 0;
  const { lookup, why } = useLookup(lab, dpid, seq, table?.tUs ?? 0);
  const [writing, setWriting] = useState<Writing>();
  const [refused, setRefused] = useState('');
  const [isSending, setSending] = useState(false);
  const [done, setDone] = useState<FlowChange>();

  const entries = table?.entries ?? [];
  const entry = entries.find(({ id }) => id === selected);
  const choose = (id: string) => select({ kind: 'flow', dpid, id });
  const write = (next: Writing | undefined) => {
    setWriting(next);
    setRefused('');
  };
  const changed = (change: FlowChange) => {
    setDone(change);
    announce([change.text, change.note].filter(Boolean).join('. '));
    if (change.id !== '') choose(change.id);
    refresh();
  };
  const send = async (draft: FlowDraft) => {
    setSending(true);
    try {
      if (writing?.kind === 'edit')
        changed(await api.workbench(lab, 'flows:edit', { dpid, id: writing.entry.id, entry: draft }));
      else changed(await api.workbench(lab, 'flows:add', { dpid, entry: draft }));
      write(undefined);
    } catch (error) {
      setRefused(problemOf(error).detail);
    }
    setSending(false);
  };
  /** For what has no form to show a refusal. */
  const act = async (work: () => Promise<FlowChange>) => {
    try {
      changed(await work());
    } catch (error) {
      notify(problemOf(error));
    }
  };
  const remove = (id: string) => void act(() => api.workbench(lab, 'flows:delete', { dpid, id }));
  const undo = () => {
    setDone(undefined);
    void act(() => api.workbench(lab, 'flows:undo', { dpid }));
  };
  const [last] = table?.changes ?? [];

  useRegisterCommands([
    {
      id: 'flows.add',
      changes: true,
      title: 'Add a flow entry',
      group: 'Flows',
      pane: 'flows',
      keys: ['a'],
      run: () => write({ kind: 'add' }),
    },
    {
      id: 'flows.edit',
      changes: true,
      title: 'Edit the flow entry',
      group: 'Flows',
      pane: 'flows',
      keys: ['e', 'Enter'],
      when: () => entry !== undefined && whyNotEdit(entry) === undefined,
      run: () => entry && write({ kind: 'edit', entry }),
    },
    {
      id: 'flows.delete',
      changes: true,
      title: 'Delete the flow entry',
      group: 'Flows',
      pane: 'flows',
      keys: ['x', 'Delete'],
      when: () => entry !== undefined,
      run: () => entry && remove(entry.id),
    },
    {
      id: 'flows.undo',
      changes: true,
      title: 'Take back the last change of a flow table',
      group: 'Flows',
      pane: 'flows',
      keys: ['u'],
      when: () => last !== undefined,
      run: undo,
    },
  ]);

  const ports = new Set(its.ports.map(({ port }) => port));
  const hasSide = writing !== undefined || entry !== undefined || seq !== 0;
  return (
    <>
      <PaneTools>
        <Button
          id="flows.undo"
          changes
          bare
          kind="ghost"
          icon="undo"
          label="Take back the last change"
          hint={last && `Take back: ${last.text}`}
          off={last === undefined ? 'Nothing was changed from here.' : undefined}
          onPress={undo}
        />
        <Button
          id="flows.add"
          changes
          bare={compact}
          kind="ghost"
          icon="plus"
          label="Add entry"
          off={its.connected ? undefined : `${name} is not connected.`}
          onPress={() => write({ kind: 'add' })}
        />
      </PaneTools>
      <div className={`flows-split ${hasSide ? 'flows-sided' : ''}`}>
        <div className="flows-main">
          {table === undefined || entries.length === 0 ? (
            <NoEntries table={table} problem={problem?.detail} its={its} onAdd={() => write({ kind: 'add' })} />
          ) : (
            <FlowList
              entries={entries}
              selected={selected}
              matched={lookup?.matched || lookup?.now || undefined}
              near={new Set(lookup?.nearMisses.map(({ id }) => id))}
              compact={compact}
              onSelect={choose}
            />
          )}
          {table !== undefined && <Sums table={table} problem={problem?.detail} isConnected={its.connected} />}
        </div>
        {hasSide && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with the keyboard
          <section className="flows-side" aria-label="Details" tabIndex={0}>
            {writing !== undefined ? (
              <FlowForm
                key={writing.kind === 'edit' ? writing.entry.id : 'add'}
                title={writing.kind === 'edit' ? `Edit an entry of ${name}` : `Add an entry to ${name}`}
                start={writing.kind === 'edit' ? draftOf(writing.entry) : newDraft}
                ports={ports}
                refused={refused}
                isSending={isSending}
                onSend={send}
                onClose={() => write(undefined)}
              />
            ) : entry !== undefined ? (
              <FlowCard
                entry={entry}
                switchName={name}
                whyNotEdit={whyNotEdit(entry)}
                onEdit={() => write({ kind: 'edit', entry })}
                onDelete={() => remove(entry.id)}
              />
            ) : (
              <LookupCard seq={seq} lookup={lookup} why={why} shownUs={0} onSelect={choose} />
            )}
          </section>
        )}
        {done !== undefined && (
          <div className="flows-toast" role="status" data-testid="flows-done">
            <Icon name="ok" size="s" />
            <span className="grow">
              {done.text}. {done.note}
            </span>
            {last !== undefined && !done.text.startsWith('Taken back') && (
              <Button id="flows.undo-this" icon="undo" label="Undo" onPress={undo} />
            )}
            <Button
              id="flows.done-close"
              bare
              kind="ghost"
              icon="close"
              label="Close"
              onPress={() => setDone(undefined)}
            />
          </div>
        )}
      </div>
    </>
  );
}

function NoEntries({
  table,
  problem,
  its,
  onAdd,
}: {
  table: FlowTable | undefined;
  problem: string | undefined;
  its: SwitchStatus;
  onAdd: () => void;
}) {
  if (!its.connected)
    return (
      <EmptyState
        icon="waiting"
        testId="flows-waiting"
        title={`${its.name} is not connected`}
        reason="Its table can be read when it is."
      />
    );
  if (table === undefined && problem !== undefined)
    return (
      <EmptyState icon="bad" tone="bad" testId="flows-problem" title="The table cannot be read" reason={problem} />
    );
  if (table === undefined)
    return <EmptyState icon="flows" testId="flows-reading" title={`Asking ${its.name} for its table`} />;
  return (
    <EmptyState
      icon="flows"
      testId="flows-empty"
      title="The table is empty: every packet goes to the controller."
      reason="An entry tells the switch what to do with packets by itself."
    >
      <Button id="flows.add-first" changes icon="plus" label="Add an entry" onPress={onAdd} />
    </EmptyState>
  );
}

/** Sums and age of what is shown. */
function Sums({
  table,
  problem,
  isConnected,
}: {
  table: FlowTable;
  problem: string | undefined;
  isConnected: boolean;
}) {
  const tables = table.tables.filter(({ lookups, entries }) => lookups > 0 || entries > 0);
  const lookups = tables.reduce((sum, each) => sum + each.lookups, 0);
  const matched = tables.reduce((sum, each) => sum + each.matched, 0);
  return (
    <footer className="flows-sums" data-testid="flows-sums">
      <span>{plural(table.entries.length, 'entry', 'entries')}</span>
      <span>{plural(table.packets, 'packet')} matched</span>
      {lookups > 0 && (
        <span>
          {countOf(matched)} of {plural(lookups, 'lookup')}
        </span>
      )}
      <span className="grow" />
      {problem !== undefined || !isConnected ? (
        <span className="flows-stale">As read at {timeText(table.tUs)}</span>
      ) : (
        <span>read at {timeText(table.tUs)}</span>
      )}
    </footer>
  );
}
