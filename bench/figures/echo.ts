import { io } from 'socket.io-client';
import type { Answer, TerminalScreen } from '../../server/contract/events.ts';
import { type Figure, figure, quantile } from '../figure.ts';

const keys = 200;
const lab = 'simple-router';

/** A key typed into a host's shell until its echo comes back over the page's socket, ms. */
export async function measureEcho(url: string, runs: number): Promise<Figure[]> {
  const socket = io(url, { transports: ['websocket'], extraHeaders: { origin: url } });
  try {
    await socket.timeout(5000).emitWithAck('lab:watch', { lab });
    const target = { kind: 'host', host: 'client' };
    const opened: Answer<TerminalScreen> = await socket.timeout(5000).emitWithAck('terminal:open', { lab, target });
    if (!opened.ok) throw new Error(opened.problem.detail);
    const { id } = opened.value;
    const p50: number[] = [];
    const p95: number[] = [];
    for (let run = 0; run < runs; run++) {
      const times: number[] = [];
      for (let key = 0; key < keys; key++) times.push(await echo(socket, id));
      p50.push(quantile(times, 0.5));
      p95.push(quantile(times, 0.95));
    }
    await socket.timeout(5000).emitWithAck('terminal:end', { lab, id });
    return [figure('key-echo-p50', 'ms', p50), figure('key-echo-p95', 'ms', p95, { goal: { atMost: 30 } })];
  } finally {
    socket.disconnect();
  }
}

function echo(socket: ReturnType<typeof io>, id: string): Promise<number> {
  return new Promise((resolve) => {
    const started = performance.now();
    const listen = (output: { id: string; data: Uint8Array }): void => {
      if (output.id !== id) return;
      socket.emit('terminal:drawn', { lab, id, bytes: output.data.length });
      if (!Buffer.from(output.data).includes('x')) return;
      socket.off('terminal:output', listen);
      resolve(performance.now() - started);
    };
    socket.on('terminal:output', listen);
    socket.emit('terminal:input', { lab, id, data: Buffer.from('x') }, () => {});
  });
}
