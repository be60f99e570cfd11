import { create } from 'zustand';
import type { Live } from './socket.ts';

const tickMs = 1_000;
const askEveryTicks = 2;
/** Ticks without a word from a server that was asked meanwhile: by then two questions stand open. */
const silentAfterTicks = 5;

/** Round trip from the page to the server and back, milliseconds; undefined while there is none to tell. */
export const useEcho = create<{ readonly echoMs: number | undefined }>()(() => ({ echoMs: undefined }));

interface EchoListener {
  /** The connection stands, and nothing comes through it. `lastDataMs`: Unix ms of the last message. */
  silent(lastDataMs: number): void;
  /** What was silent is heard again, without having been disconnected. */
  heard(): void;
}

/**
 * Asks the server for an echo every two seconds while connected, and tells when it stops answering (UI55): a network that
 * swallows everything does not end a connection, and its own heartbeat gives up 45 s later. Counted in ticks, for a page
 * that was frozen has had none of them. The returned function stops it.
 */
export function followEcho(live: Pick<Live, 'connected' | 'lastDataMs' | 'ping'>, listener: EchoListener): () => void {
  let ticks = 0;
  let quietTicks = 0;
  let heardMs = 0;
  const tell = (echoMs: number | undefined): void => useEcho.setState({ echoMs });
  const tick = (): void => {
    if (!live.connected) {
      ticks = 0;
      quietTicks = 0;
      tell(undefined);
      return;
    }
    if (live.lastDataMs !== heardMs) {
      heardMs = live.lastDataMs;
      if (quietTicks >= silentAfterTicks) listener.heard();
      quietTicks = 0;
    } else {
      quietTicks += 1;
      if (quietTicks === silentAfterTicks) {
        tell(undefined);
        listener.silent(heardMs);
      }
    }
    if (ticks % askEveryTicks === 0) live.ping().then(tell, () => tell(undefined));
    ticks += 1;
  };
  const timer = setInterval(tick, tickMs);
  return () => clearInterval(timer);
}
