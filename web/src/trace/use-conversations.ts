import { useEffect } from 'react';
import { api } from '../session/api.ts';
import { pageConversations } from '../state/conversations.ts';
import type { TraceLog } from '../state/trace-log.ts';
import { useAskableLab } from './use-whole-log.ts';

/** Rest between two questions about a log that grows, milliseconds. */
const restMs = 300;
const asker = `page-${Math.random().toString(36).slice(2)}`;

/**
 * While a filter asks for conversations, the server says which one each of the page's records belongs to: a page that has
 * a part of the log cannot number them (STREAM2).
 */
export function useConversations(log: TraceLog, isNeeded: boolean, learned: () => void): void {
  const lab = useAskableLab();
  const { generation } = log;
  // biome-ignore lint/correctness/useExhaustiveDependencies: of another log everything is asked anew
  useEffect(() => {
    pageConversations.reset();
  }, [lab, generation]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: of another log everything is asked anew
  useEffect(() => {
    if (!isNeeded || lab === undefined) return;
    let isOver = false;
    let timer = 0;
    const ask = async () => {
      const { ring } = log;
      while (!isOver && ring.size > 0 && pageConversations.knownTo() < ring.lastSeq) {
        const fromSeq = Math.max(pageConversations.knownTo() + 1, ring.at(ring.first).seq);
        const { tcp, udp, scannedTo } = await api.workbench(lab, 'stream:numbers', { fromSeq, asker });
        if (isOver || scannedTo < fromSeq) return;
        const { table } = pageConversations;
        for (const [i, seq] of tcp.seqs.entries()) table.set(seq, 'tcp', tcp.streams[i] ?? 0, tcp.analysis[i] ?? 0);
        for (const [i, seq] of udp.seqs.entries()) table.set(seq, 'udp', udp.streams[i] ?? 0, 0);
        table.forgetBefore(ring.at(ring.first).seq);
        pageConversations.learnedTo(scannedTo);
        learned();
      }
    };
    const again = () => {
      // What cannot be asked now is asked again: the list says that it is still filtering.
      ask()
        .catch(() => undefined)
        .finally(() => {
          if (!isOver) timer = window.setTimeout(again, restMs);
        });
    };
    again();
    return () => {
      isOver = true;
      window.clearTimeout(timer);
    };
  }, [isNeeded, lab, log, generation]);
}
