import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Writer } from '../../../codec/writer.ts';
import { arbitraryMessages } from '../../../testing/openflow-messages.ts';
import { appendPacketOut, appendPacketOutAll, maxPacketOutFrame, packetIn } from './fast.ts';
import { encodeMessage, type MessageOf } from './message.ts';

const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffff_ffff);

describe('the packet path', () => {
  test('[OF7] reads a PACKET_IN where it lies', () => {
    fc.assert(
      fc.property(arbitraryMessages.packetIn, fc.nat(40), (message, start) => {
        const bytes = encodeMessage({ ...message, reason: 'action' });
        const memory = new Uint8Array(start + bytes.length + 9).fill(0xee);
        memory.set(bytes, start);
        const view = new DataView(memory.buffer);
        expect({
          xid: packetIn.xid(view, start),
          bufferId: packetIn.bufferId(view, start),
          totalLength: packetIn.totalLength(view, start),
          inPort: packetIn.inPort(view, start),
          reason: packetIn.reason(view, start),
          data: memory.subarray(start + packetIn.dataOffset, start + bytes.length),
        }).toEqual({ ...message, reason: 1, kind: undefined });
      }),
    );
  });

  test('[OF7] a PACKET_IN without its fixed fields is told before it is read', () => {
    expect([packetIn.fits(17), packetIn.fits(18)]).toEqual([false, true]);
  });

  test('[OF7] writes the PACKET_OUT that the declaration writes', () => {
    fc.assert(
      fc.property(
        u32,
        u32,
        u16,
        fc.array(u16, { maxLength: 5 }),
        fc.uint8Array(),
        (xid, bufferId, inPort, ports, data) => {
          const memory = Uint8Array.from([1, 2, 3, ...data, 4]);
          const message: MessageOf<'packetOut'> = {
            kind: 'packetOut',
            xid,
            bufferId,
            inPort,
            actions: ports.map((port) => ({ kind: 'output', port, maxLength: 0 })),
            data,
          };
          const w = new Writer(16);
          w.append(new Uint8Array(40).fill(0xff));
          w.reset();
          expect(appendPacketOutAll(w, xid, bufferId, inPort, ports, memory, 3, 3 + data.length)).toBe(true);
          expect(w.finish()).toEqual(encodeMessage(message));
          if (ports[0] === undefined) return;
          w.reset();
          expect(appendPacketOut(w, xid, bufferId, inPort, ports[0], memory, 3, 3 + data.length)).toBe(true);
          expect(w.finish()).toEqual(encodeMessage({ ...message, actions: message.actions.slice(0, 1) }));
        },
      ),
    );
  });

  test('[OF7] a frame that no message can carry is refused and nothing is written', () => {
    const w = new Writer();
    const frame = new Uint8Array(maxPacketOutFrame(1) + 1);
    expect(appendPacketOut(w, 1, 2, 3, 4, frame, 0, frame.length)).toBe(false);
    expect(appendPacketOutAll(w, 1, 2, 3, [4, 5], frame, 0, frame.length - 1)).toBe(false);
    expect(w.length).toBe(0);
    expect(appendPacketOut(w, 1, 2, 3, 4, frame, 0, frame.length - 1)).toBe(true);
    expect(w.length).toBe(0xffff);
  });
});
