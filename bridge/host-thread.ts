import { readlinkSync } from 'node:fs';
import { type MessagePort, parentPort } from 'node:worker_threads';
import type { BridgeConfig } from './api.ts';
import { createBridge } from './create-bridge.ts';
import type { BridgeHandle } from './handle.ts';
import type { FromThread, ToThread } from './host-protocol.ts';
import { practise } from './practice.ts';
import { WorkbenchError } from './workbench/method.ts';
import type { ArgumentOf } from './workbench/methods.ts';

const practiceMs = 600;
const practiceAfterMs = 1000;

/** The thread that host.ts starts: one bridge behind a message port. */
function serve(port: MessagePort): void {
  let bridge: BridgeHandle | undefined;
  let stopTrace: (() => void) | undefined;
  const tell = (message: FromThread): void => {
    // A batch is handed over, not copied.
    const isBatch = message.kind === 'trace' || message.kind === 'read';
    port.postMessage(message, isBatch ? [message.batch.buffer] : []);
  };
  const own = (batch: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(batch);

  async function start(config: BridgeConfig): Promise<void> {
    try {
      bridge = await createBridge(config);
    } catch (error) {
      tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
      port.close();
      return;
    }
    const started = bridge;
    started.onState((state) => tell({ kind: 'state', state }));
    started.onEvent((event) => tell({ kind: 'event', event, state: started.state }));
    tell({ kind: 'started', state: started.state, systemThread: systemThread() });
    practiseOnce(started);
  }

  async function handle(message: ToThread): Promise<void> {
    if (message.kind === 'start') return start(message.config);
    if (bridge === undefined) return;
    switch (message.kind) {
      case 'trace':
        stopTrace?.();
        stopTrace = message.isWanted
          ? bridge.onTrace((batch) => tell({ kind: 'trace', batch: own(batch) }))
          : undefined;
        return;
      case 'readTrace': {
        const batch = await bridge.readTrace(message.fromSeq, message.limit);
        return tell({ kind: 'read', id: message.id, batch: own(batch) });
      }
      case 'points':
        await bridge.watchPoints(message.source);
        return tell({ kind: 'done', id: message.id });
      case 'closeRouter':
        await bridge.closeRouter(message.name, message.reason);
        return tell({ kind: 'done', id: message.id });
      case 'call':
        return tell(await answer(bridge, message));
      case 'close':
        await bridge.close();
        tell({ kind: 'closed' });
        port.close();
    }
  }
  // A rejection here is a bug: it ends the thread, which its owner reports.
  port.on('message', (message: ToThread) => void handle(message));
}

/** When a router is ready, before a person has typed the first command; and where there is none, when all is quiet. */
function practiseOnce(bridge: BridgeHandle): void {
  const begin = (): void => {
    clearTimeout(timer);
    stop();
    // A practice that fails costs nothing but its effect.
    void practise(practiceMs).catch(() => undefined);
  };
  const timer = setTimeout(begin, practiceAfterMs).unref();
  const stop = bridge.onEvent(({ kind }) => {
    if (kind === 'router:ready') begin();
  });
}

async function answer(
  bridge: BridgeHandle,
  { id, method, argument }: Extract<ToThread, { kind: 'call' }>,
): Promise<FromThread> {
  try {
    // The handle on the other side took the argument by the method's type.
    return { kind: 'answer', id, answer: await bridge.call(method, argument as ArgumentOf<typeof method>) };
  } catch (error) {
    const code = error instanceof WorkbenchError ? error.code : undefined;
    return { kind: 'refused', id, code, message: error instanceof Error ? error.message : String(error) };
  }
}

/** The number of the thread that asks; undefined where there is no Linux to tell it. */
function systemThread(): number | undefined {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  } catch {
    return undefined;
  }
}

if (parentPort !== null) serve(parentPort);
