import type { Command } from '../state/commands.ts';
import { followStream, transportOf } from '../state/followed.ts';
import { useSelection } from '../state/selection.ts';
import { traceStore } from '../state/trace-store.ts';

/** The selected packet, if it is of a conversation. */
function selectedOfStream(): number | undefined {
  const { current } = useSelection.getState();
  const record = current?.kind === 'packet' ? traceStore.record(current.seq) : undefined;
  return record === undefined || transportOf(record) === undefined ? undefined : record.seq;
}

/** Wireshark's keys for TCP and UDP both: which of them it is the packet says. */
export const streamCommands: readonly Command[] = [
  {
    id: 'stream.follow',
    title: 'Follow stream of the packet',
    group: 'Trace',
    keys: ['Ctrl+Alt+Shift+T', 'Ctrl+Alt+Shift+U'],
    when: () => selectedOfStream() !== undefined,
    run: () => {
      const seq = selectedOfStream();
      if (seq !== undefined) followStream(seq);
    },
  },
];
