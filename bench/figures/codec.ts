import { matchOf } from '../../bridge/protocols/openflow/v10/match.ts';
import { decodeMessage, encodeMessage, type MessageOf } from '../../bridge/protocols/openflow/v10/message.ts';
import { portNumbers } from '../../bridge/protocols/openflow/v10/port.ts';
import { type Figure, figure } from '../figure.ts';

const flowMod: MessageOf<'flowMod'> = {
  kind: 'flowMod',
  xid: 1,
  match: matchOf({ dlType: 0x0800, nwSrc: '10.0.0.0/8', nwDst: '192.168.2.2' }),
  cookie: 42n,
  command: 'add',
  idleTimeoutS: 10,
  hardTimeoutS: 30,
  priority: 32768,
  bufferId: 0xffffffff,
  outPort: portNumbers.None,
  flags: [],
  actions: [{ kind: 'output', port: portNumbers.Flood, maxLength: 0 }],
};

/** Flow-mods a second, each way: control messages are objects, so this bounds what an application can install. */
export function measureCodec(runs: number): Figure[] {
  const bytes = encodeMessage(flowMod);
  return [
    figure(
      'openflow-decode-flow-mod',
      '/s',
      repeat(runs, () => decodeMessage(bytes)),
      { goal: { atLeast: 150_000 } },
    ),
    figure(
      'openflow-encode-flow-mod',
      '/s',
      repeat(runs, () => encodeMessage(flowMod)),
      { goal: { atLeast: 150_000 } },
    ),
  ];
}

/** Calls a second over half a second, after a warm-up, once a run. */
function repeat(runs: number, call: () => unknown): number[] {
  const rate = (forMs: number): number => {
    const start = performance.now();
    let calls = 0;
    while (performance.now() - start < forMs) {
      for (let i = 0; i < 1000; i++) call();
      calls += 1000;
    }
    return (calls * 1000) / (performance.now() - start);
  };
  rate(200);
  return Array.from({ length: runs }, () => rate(500));
}
