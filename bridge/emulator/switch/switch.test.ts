import { expect, test } from 'vitest';
import { matchOf } from '../../protocols/openflow/v10/match.ts';
import { flowMod, output, packetOut, SwitchBench } from './testing/switch-bench.ts';

const frame = Uint8Array.from({ length: 60 }, (_, i) => (i === 12 ? 8 : i === 13 ? 0 : i));

test('[ES20] a frame that an entry takes leaves by its port, the very same bytes', () => {
  const bench = new SwitchBench();
  bench.controller.says(flowMod({ match: matchOf({ inPort: 1 }), actions: [output(2)] }));
  const sent = bench.gives(1, frame);
  expect(Object.keys(sent)).toEqual(['2']);
  expect(sent[2]?.[0]).toBe(frame);
  expect(bench.sw.flowCount).toBe(1);
});

test('[ES40] a miss goes to the controller; a PACKET_OUT leaves by its port', () => {
  const bench = new SwitchBench();
  expect(bench.gives(1, frame)).toEqual({});
  expect(bench.controller.hears()).toEqual([
    { kind: 'packetIn', xid: 0, bufferId: 0xffff_ffff, totalLength: 60, inPort: 1, reason: 'noMatch', data: frame },
  ]);
  bench.controller.says(packetOut({ actions: [output(3)], data: frame }));
  expect(bench.sent()).toEqual({ 3: [frame] });
});
