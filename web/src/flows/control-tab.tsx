import { useMemo, useRef, useState } from 'react';
import { dissect } from '../../../bridge/packet/dissect.ts';
import type { ControlDetail } from '../../../server/contract/flows.ts';
import { fromBase64 } from '../state/base64.ts';
import { useRegisterCommands } from '../state/commands.ts';
import { copyText } from '../state/copy-text.ts';
import { countOf, microsOf, plural } from '../state/text.ts';
import { pointAtPacket } from '../state/trace-store.ts';
import { Button } from '../ui/button.tsx';
import { hexText } from '../ui/byte-rows.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { FieldBytes } from '../ui/field-bytes.tsx';
import { packetNodes } from '../ui/packet-tree.ts';
import { PaneTools } from '../ui/pane-tools.tsx';
import { QueryField } from '../ui/query-field.tsx';
import { useWidth } from '../ui/use-measured.ts';
import { completeControl, useControlFilter } from './control-filter.ts';
import { ControlList } from './control-list.tsx';
import { isStatistics } from './control-rows.ts';
import { useControlDetail, useControlLog } from './use-control-log.ts';
import { usePassing } from './use-passing.ts';

interface ControlTabProps {
  readonly lab: string;
  readonly isSeen: boolean;
  readonly compact: boolean;
}

/** OpenFlow's control messages, and the chosen one with its fields and bytes. */
export function ControlTab({ lab, isSeen, compact }: ControlTabProps) {
  const { rows, problem } = useControlLog(lab, isSeen);
  const [selected, setSelected] = useState(0);
  const [hidesStatistics, setHides] = useState(false);
  const { detail, gone } = useControlDetail(lab, selected);
  const { messages } = rows;
  const query = useControlFilter();
  const passing = usePassing(lab, query.good, messages.at(-1)?.id ?? 0);
  const { ids } = passing;
  const host = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const shown = useMemo(() => {
    const wanted = hidesStatistics ? messages.filter((message) => !isStatistics(message)) : messages;
    return ids === undefined ? wanted : wanted.filter(({ id }) => ids.has(id));
  }, [messages, hidesStatistics, ids]);
  useRegisterCommands([
    {
      id: 'control.filter',
      title: 'Filter OpenFlow messages',
      group: 'OpenFlow messages',
      pane: 'flows',
      keys: ['/'],
      run: () => input.current?.focus(),
    },
    {
      id: 'control.clear-filter',
      title: 'Clear the filter of OpenFlow messages',
      group: 'OpenFlow messages',
      when: () => query.text !== '',
      run: query.clear,
    },
  ]);
  const showAll = () => {
    query.clear();
    setHides(false);
  };
  const failed = problem ?? passing.problem;
  const isFiltered = query.good.trim() !== '' || hidesStatistics;
  const count = isFiltered
    ? `${countOf(shown.length)} of ${plural(messages.length, 'message')}`
    : plural(messages.length, 'message');
  return (
    <>
      <PaneTools>
        <QueryField
          query={query}
          id="control-filter"
          clearId="control.clear"
          label="Filter messages, as in Wireshark: of.flow_mod.priority > 100 or of.error"
          placeholder="Filter, for example of.flow_mod or of.error"
          complete={completeControl}
          input={input}
          onLeave={() => host.current?.querySelector<HTMLElement>('[role="grid"]')?.focus()}
        />
        <Button
          id="control.statistics"
          kind="ghost"
          icon="filter"
          bare={compact}
          label="Hide statistics"
          pressed={hidesStatistics}
          onPress={() => setHides(!hidesStatistics)}
        />
      </PaneTools>
      <div ref={host} className={`flows-split ${selected === 0 ? '' : 'control-split'}`}>
        <div className="flows-main">
          {shown.length > 0 ? (
            <ControlList messages={shown} selected={selected} compact={compact} onSelect={setSelected} />
          ) : messages.length === 0 || failed !== undefined ? (
            <EmptyState
              icon="flows"
              testId="control-empty"
              title={failed === undefined ? 'No control message yet' : 'The messages cannot be read'}
              reason={failed?.detail ?? 'They begin when a switch connects.'}
            />
          ) : passing.isFiltering ? (
            <p className="flows-note">Filtering…</p>
          ) : (
            <EmptyState
              icon="filter"
              testId="control-none"
              title={`0 of ${plural(messages.length, 'message')}`}
              reason="None passes. PACKET_IN and PACKET_OUT are in the trace."
            >
              <Button id="control.clear-none" label="Show all" icon="close" kind="primary" onPress={showAll} />
            </EmptyState>
          )}
          <footer className="flows-sums" data-testid="control-sums">
            <span data-testid="control-count" data-filtering={passing.isFiltering}>
              {passing.isFiltering ? `filtering… ${count}` : count}
            </span>
            {shown.length > 0 && passing.problem !== undefined && (
              <span className="tone-bad">{passing.problem.detail}</span>
            )}
            <span>
              {plural(rows.packetsIn, 'PACKET_IN')} and {plural(rows.packetsOut, 'PACKET_OUT')} are in the trace
            </span>
          </footer>
        </div>
        {selected !== 0 && (
          <section className="control-detail" aria-label="Message" data-testid="control-detail">
            {detail === undefined ? (
              <p className="flows-note">{gone === '' ? 'Reading the message…' : gone}</p>
            ) : (
              <Detail detail={detail} onSelect={setSelected} onClose={() => setSelected(0)} />
            )}
          </section>
        )}
      </div>
    </>
  );
}

interface DetailProps {
  readonly detail: ControlDetail;
  readonly onSelect: (id: number) => void;
  readonly onClose: () => void;
}

function Detail({ detail, onSelect, onClose }: DetailProps) {
  const bytes = useMemo(() => fromBase64(detail.bytes), [detail.bytes]);
  const nodes = useMemo(() => packetNodes(dissect(bytes, { first: 'openflow' }).layers), [bytes]);
  const host = useRef<HTMLDivElement>(null);
  const width = useWidth(host);
  const { request, answer, packetSeq } = detail;
  return (
    <>
      <header className="control-title">
        <b>#{detail.id}</b>
        <h3 className="ellipsis">
          {detail.type} {detail.info}
        </h3>
        {request > 0 && (
          <Button
            id="control.request"
            kind="ghost"
            label={`${detail.isError ? 'About' : 'Answers'} #${request}, ${microsOf(detail.answerUs)} later`}
            onPress={() => onSelect(request)}
          />
        )}
        {answer > 0 && (
          <Button id="control.answer" kind="ghost" label={`Answer #${answer}`} onPress={() => onSelect(answer)} />
        )}
        {packetSeq > 0 && (
          <Button
            id="control.packet"
            kind="ghost"
            label={`PACKET_OUT of #${packetSeq}`}
            onPress={() => pointAtPacket(packetSeq)}
          />
        )}
        <Button id="control.close" bare kind="ghost" icon="close" label="Close the message" onPress={onClose} />
      </header>
      <div ref={host} className="control-fields">
        <FieldBytes
          id="control"
          nodes={nodes}
          bytes={bytes}
          width={width}
          notesOf={({ note }) => (note ? [{ tone: note.level, text: note.text }] : [])}
          itemsOf={(node) => [
            {
              id: 'control.copy-value',
              label: 'Copy the value',
              icon: 'copy',
              run: () => copyText(node.text, node.label),
            },
            {
              id: 'control.copy-hex',
              label: 'Copy the message as hex',
              icon: 'copy',
              run: () => copyText(hexText(bytes), `Bytes of message #${detail.id}`),
            },
          ]}
        />
      </div>
    </>
  );
}
