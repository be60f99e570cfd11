import { create } from 'zustand';
import { Segment } from '../../../bridge/packet/conversation/segment.ts';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import type { StreamVantage } from '../../../server/contract/stream.ts';
import { showPanel } from './dock-store.ts';

interface Followed {
  /** A record of the stream that is followed, 0 for none; and where it is looked at, undefined for where that was seen. */
  readonly seq: number;
  readonly vantage: StreamVantage | undefined;
}

/** The stream that the pane shows: it stays when another packet is selected. */
export const useFollowed = create<Followed>()(() => ({ seq: 0, vantage: undefined }));

const segment = new Segment();

/** What conversation a record is of; undefined for frames that have none. */
export function transportOf({ frame, length }: TraceRecord): 'tcp' | 'udp' | undefined {
  return segment.read(frame, 0, frame.length, length) ? segment.transport : undefined;
}

/** Shows the stream of a record (STREAM1). */
export function followStream(seq: number): void {
  useFollowed.setState({ seq, vantage: undefined });
  showPanel('stream');
}

/** Follows none: another lab, or another run of it. */
export const followNone = (): void => useFollowed.setState({ seq: 0, vantage: undefined });

/** Looks at the stream from somewhere else. */
export const chooseVantage = (vantage: StreamVantage): void => useFollowed.setState({ vantage });
