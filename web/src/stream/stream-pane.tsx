import { useMemo, useRef, useState } from 'react';
import type { FollowedStream } from '../../../server/contract/stream.ts';
import { useRegisterCommands } from '../state/commands.ts';
import { copyText } from '../state/copy-text.ts';
import { showPanel, useDock } from '../state/dock-store.ts';
import { chooseVantage, useFollowed } from '../state/followed.ts';
import { useLab } from '../state/lab-store.ts';
import { saveFile } from '../state/save-file.ts';
import { select, useSelection } from '../state/selection.ts';
import { showFiltered } from '../state/show-filtered.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Icon } from '../ui/icon.tsx';
import { MenuButton } from '../ui/menu.tsx';
import { PaneTools } from '../ui/pane-tools.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { useMeasured } from '../ui/use-measured.ts';
import { FindStream } from './find-stream.tsx';
import { bytesOf, linesOf, type Match, partsOf, type Side, type StreamLook } from './stream-lines.ts';
import { StreamList } from './stream-list.tsx';
import { endingText, endText, sentText, vantageText, warningsOf } from './stream-words.ts';
import { useStream } from './use-stream.ts';
import './stream.css';

/** Characters of the monospaced face in the list, about: it is measured once the pane is there. */
const usualColumns = 80;
const fewestColumns = 24;

/** Both directions of the conversation of a packet, as one place saw them. */
export function StreamPane() {
  const lab = useLab((state) => state.id);
  const { seq, vantage } = useFollowed();
  const isSeen = useDock((state) => state.visible.includes('stream'));
  const { stream, problem } = useStream(lab, seq, vantage, isSeen);
  if (stream !== undefined) return <Followed key={`${lab} ${seq}`} stream={stream} stale={problem?.detail} />;
  const isAsking = seq !== 0 && problem === undefined;
  return (
    <div className="stream" data-testid="stream-pane" aria-busy={isAsking}>
      {seq === 0 ? (
        <EmptyState
          icon="trace"
          testId="stream-none"
          title="No stream is followed"
          reason="Choose a packet of TCP or UDP in the trace: “Follow stream” is in its menu."
        >
          <Button
            id="stream.trace"
            label="Open the trace"
            icon="trace"
            kind="primary"
            onPress={() => showPanel('trace')}
          />
        </EmptyState>
      ) : problem !== undefined ? (
        <EmptyState icon="warn" tone="warn" testId="stream-problem" title={problem.title} reason={problem.detail}>
          <Button id="stream.trace" label="Open the trace" icon="trace" onPress={() => showPanel('trace')} />
        </EmptyState>
      ) : (
        <EmptyState icon="trace" testId="stream-asking" title={`Following the stream of #${seq}…`} />
      )}
    </div>
  );
}

const sidesOf = { both: ['client', 'server'], client: ['client'], server: ['server'] } as const satisfies Record<
  string,
  readonly Side[]
>;

function Followed({ stream, stale }: { stream: FollowedStream; stale: string | undefined }) {
  const [look, setLook] = useState<StreamLook>('ascii');
  const [shown, setShown] = useState<keyof typeof sidesOf>('both');
  const [match, setMatch] = useState<Match>();
  const body = useRef<HTMLDivElement>(null);
  const columns = useMeasured(body, usualColumns, columnsIn);
  const selectedSeq = useSelection(({ current }) => (current?.kind === 'packet' ? current.seq : 0));
  const sides = sidesOf[shown];
  const parts = useMemo(() => partsOf(stream.pieces), [stream]);
  const lines = useMemo(() => linesOf(parts, look, sides, columns), [parts, look, sides, columns]);
  const selected = parts.findIndex(({ piece }) => piece.seqs.includes(selectedSeq));
  const { client, server, vantage, filter } = stream;

  const selectPart = (index: number) => {
    const seq = parts[index]?.piece.seqs[0];
    if (seq !== undefined) select({ kind: 'packet', seq });
  };
  const step = (by: 1 | -1) => {
    let at = selected < 0 ? (by === 1 ? -1 : parts.length) : selected;
    do at += by;
    while (parts[at] !== undefined && !isChosen(at));
    selectPart(at);
  };
  const isChosen = (index: number): boolean => {
    const piece = parts[index]?.piece;
    return piece !== undefined && piece.seqs.length > 0 && sides.some((side) => side === piece.direction);
  };
  useRegisterCommands([
    { ...own, id: 'stream.next', title: 'Next piece of the stream', keys: ['j', 'ArrowDown'], run: () => step(1) },
    {
      ...own,
      id: 'stream.previous',
      title: 'Previous piece of the stream',
      keys: ['k', 'ArrowUp'],
      run: () => step(-1),
    },
    { ...own, id: 'stream.only', title: 'Show only this stream', run: () => showFiltered(filter) },
    { ...own, id: 'stream.without', title: 'Filter this stream out', run: () => showFiltered(`not (${filter})`) },
  ]);
  const name = `${stream.transport}-stream-${stream.stream}`;
  const ending = endingText(stream);
  return (
    <div className="stream" data-testid="stream-pane" data-stream={filter}>
      <PaneTools>
        <Segmented
          label="How bytes are written"
          testId="stream-look"
          value={look}
          options={[
            { value: 'ascii', label: 'ASCII' },
            { value: 'hex', label: 'Hex dump' },
            { value: 'raw', label: 'Raw' },
          ]}
          onChange={setLook}
        />
        <span className="tools-grow" />
        <Button
          id="stream.copy"
          bare
          kind="ghost"
          icon="copy"
          label="Copy what is shown"
          onPress={() => void copyText(lines.map(({ text }) => text).join('\n'), 'The stream')}
        />
        <Button
          id="stream.save"
          bare
          kind="ghost"
          icon="external"
          label="Save the bytes as a file"
          onPress={() =>
            saveFile(`${name}${shown === 'both' ? '' : `-${shown}`}.bin`, new Blob([bytesOf(parts, sides)]))
          }
        />
      </PaneTools>
      <header className="stream-head">
        <div className="stream-title">
          <span className="stream-name">
            {stream.transport.toUpperCase()} stream {stream.stream}
          </span>
          <MenuButton
            id="stream.vantage"
            label={`Seen ${vantageText(vantage)}: choose where`}
            items={stream.vantages.map(({ packets, ...each }) => ({
              id: `stream.at-${each.point}-${each.node}`,
              label: `${vantageText(each)}: ${packets} packets`,
              checked: each.point === vantage.point && each.node === vantage.node,
              run: () => chooseVantage(each),
            }))}
          >
            <Icon name="eye" size="s" />
            <span className="button-label" data-testid="stream-vantage">
              {vantageText(vantage)}
            </span>
            <Icon name="down" size="s" />
          </MenuButton>
          {ending !== undefined && (
            <span className="dim" data-testid="stream-ending">
              {ending}
            </span>
          )}
          <span className="tools-grow" />
          <Button
            id="stream.only"
            kind="ghost"
            icon="filter"
            label="Show only this"
            hint={`Filters the trace by ${filter}.`}
            onPress={() => showFiltered(filter)}
          />
          <Button
            id="stream.without"
            kind="ghost"
            label="Filter out"
            hint={`Filters the trace by not (${filter}).`}
            onPress={() => showFiltered(`not (${filter})`)}
          />
        </div>
        <ul className="stream-ends">
          <li className="stream-client">
            <span className="stream-way">→</span> client <b>{endText(client)}</b>
            <span className="dim"> {sentText(client)}</span>
          </li>
          <li className="stream-server">
            <span className="stream-way">←</span> server <b>{endText(server)}</b>
            <span className="dim"> {sentText(server)}</span>
          </li>
        </ul>
        <div className="stream-choices">
          <Segmented
            label="Which direction"
            testId="stream-sides"
            value={shown}
            options={[
              { value: 'both', label: 'Both' },
              { value: 'client', label: '→ client' },
              { value: 'server', label: '← server' },
            ]}
            onChange={setShown}
          />
          <FindStream parts={parts} sides={sides} onMatch={setMatch} />
        </div>
        {warningsOf(stream).map((sentence) => (
          <p key={sentence} className="stream-warning" data-testid="stream-warning">
            <Icon name="warn" size="s" /> {sentence}
          </p>
        ))}
        {stale !== undefined && <p className="stream-warning">Not followed any more: {stale}</p>}
      </header>
      <div ref={body} className="stream-body">
        {lines.length === 0 ? (
          <EmptyState
            icon="trace"
            testId="stream-empty"
            title="Nothing was said"
            reason="The packets of this stream that were seen here carry no bytes."
          />
        ) : (
          <StreamList
            parts={parts}
            lines={lines}
            match={match}
            selected={selected}
            isText={look === 'ascii'}
            onSelect={selectPart}
          />
        )}
      </div>
    </div>
  );
}

const own = { group: 'Stream', pane: 'stream' } as const;

/** How many characters fit beside the gutter; undefined while nothing has a size. */
function columnsIn(element: HTMLElement): number | undefined {
  const list = element.querySelector('.stream-list');
  const probe = document.createElement('span');
  probe.className = 'stream-probe mono';
  probe.textContent = '0'.repeat(100);
  element.append(probe);
  const width = probe.getBoundingClientRect().width / 100;
  probe.remove();
  if (width === 0) return undefined;
  const gutter = list?.querySelector('.stream-gutter')?.getBoundingClientRect().width ?? 64;
  // A scroll bar and the padding of a line.
  return Math.max(fewestColumns, Math.floor((element.clientWidth - gutter - 24) / width));
}
