import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arpReply, arpRequest, datagram, describeFrame, echo, icmpMessage, ports } from './testing/frames.ts';
import { client, eth1, eth3, server1, TestNetwork } from './testing/network.ts';

const to = (
  address: string,
  protocol: number,
  payload: number[],
  more: { ttl?: number; fragment?: number; options?: number[] } = {},
) => datagram({ from: client, via: eth3.mac, to: address, protocol, payload, ...more });
const good = [
  arpRequest(client, '10.0.1.1'),
  arpReply(server1, eth1),
  to('192.168.2.2', 1, echo(1)),
  to('192.168.2.2', 6, ports(40_000, 80, 40), { ttl: 1 }),
  to('10.0.1.1', 1, echo(2), { fragment: 0x2000 }),
  to('10.0.1.1', 17, ports(1, 2), { options: [7, 4, 0, 0] }),
  to('172.64.3.10', 1, icmpMessage(3, 1, [0, 0, 0, 0], to('10.0.1.100', 17, ports(1, 2)).subarray(14))),
  to('9.9.9.9', 17, ports(1, 2)),
];

const change = fc.record({ at: fc.nat(120), value: fc.integer({ min: 0, max: 255 }) });
const mutant = fc
  .record({ frame: fc.constantFrom(...good), changes: fc.array(change, { maxLength: 4 }), cut: fc.nat(100) })
  .map(({ frame, changes, cut }) => {
    const bytes = frame.slice(0, Math.max(0, frame.length - Math.max(0, cut - 70)));
    for (const { at, value } of changes) if (at < bytes.length) bytes[at] = value;
    return bytes;
  });

test('[RT1] whatever comes in, the router stands and what it sends is sound', () => {
  fc.assert(
    fc.property(fc.array(mutant, { minLength: 1, maxLength: 12 }), (frames) => {
      const net = new TestNetwork({ mask: '255.255.255.0' });
      for (const frame of frames) net.hear('eth3', frame);
      net.pass(6000);
      for (const { bytes } of net.frames) {
        expect(describeFrame(bytes)).not.toContain('WRONG HEADER');
        expect(bytes.length).toBeGreaterThanOrEqual(34);
      }
    }),
    { numRuns: 1500 },
  );
});
