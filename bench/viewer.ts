import { pathToFileURL } from 'node:url';
import { io } from 'socket.io-client';
import { decodeTraceBatch } from '../bridge/packet/trace-batch.ts';
import type { Answer } from '../server/contract/events.ts';

const lab = 'simple-router';
const terminals = ['mininet', 'router:router'];
/** What a page asks while its trace is in sight, and how often. */
const asked = { 'flows/bypass': {}, 'expert/findings': { after: 0, limit: 100, isGentle: true } };
const askEveryMs = 2000;

/**
 * A viewer on another machine: takes everything that a page takes and gives the same credit back, joins the terminals
 * and, where the trace is switched on, follows it and asks what a page asks beside it; it only draws nothing.
 * `node dist/bench/viewer.js URL [--trace]` until it is ended, or its standard input is.
 */
async function view(url: string, hasTrace: boolean): Promise<void> {
  // In a session of its own it would outlive a bench that somebody ends.
  process.stdin.on('close', () => process.exit()).resume();
  const socket = io(url, { transports: ['websocket'], extraHeaders: { origin: url } });
  const ask = async <T>(event: string, payload: object): Promise<T> => {
    const answer: Answer<T> = await socket.timeout(10_000).emitWithAck(event, payload);
    if (!answer.ok) throw new Error(answer.problem.detail);
    return answer.value;
  };
  socket.on('trace:batch', ({ data }: { data: Uint8Array }) => {
    const seq = decodeTraceBatch(data).records.at(-1)?.seq;
    if (seq !== undefined) socket.emit('trace:taken', { lab, seq });
  });
  socket.on('terminal:output', ({ id, data }: { id: string; data: Uint8Array }) =>
    socket.emit('terminal:drawn', { lab, id, bytes: data.length }),
  );
  await ask('lab:watch', { lab });
  for (const id of terminals) await ask('terminal:join', { lab, id });
  if (hasTrace) {
    await ask('trace:follow', { lab, fromSeq: 0 });
    setInterval(() => question(url), askEveryMs);
  }
  console.log('watching');
}

function question(url: string): void {
  for (const [path, body] of Object.entries(asked))
    fetch(`${url}/api/labs/${lab}/workbench/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }).then(
      (response) => response.arrayBuffer(),
      () => undefined,
    );
}

const url = process.argv[2];
if (url !== undefined && import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await view(url, process.argv[3] === '--trace');
