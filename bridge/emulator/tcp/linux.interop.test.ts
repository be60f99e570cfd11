import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { RealScheduler } from '../../net/real-scheduler.ts';
import type { TcpSocket } from '../host/api.ts';
import { LinuxPeer, linuxAddress, pattern, whyNoTun } from './testing/linux-peer.ts';
import { noise, readAll } from './testing/streams.ts';

const why = whyNoTun();
const ports = { echo: 7, sink: 9, source: 19, closed: 4 };
const megabytes2 = 2_000_000;

const at = (port: number) => ({ address: linuxAddress, port });
const receipt = (data: Uint8Array): string => `${data.length} ${createHash('sha256').update(data).digest('hex')}`;

async function ask(socket: TcpSocket, data: Uint8Array): Promise<Uint8Array> {
  await socket.write(data);
  socket.end();
  const got = await readAll(socket);
  socket.close();
  return got;
}

describe.skipIf(why)(`with the TCP of a Linux kernel${why === undefined ? '' : `: ${why}`}`, () => {
  for (const [how, path] of [
    ['over a clean path', {}],
    ['through loss and reordering', { loss: 0.02, reorder: 0.02 }],
  ] as const) {
    test(`[ET1] 2 MB go to Linux ${how}`, async () => {
      await using peer = await new LinuxPeer(new RealScheduler(), path).ready();
      const data = noise(megabytes2);
      const got = await ask(await peer.tcp.connect(at(ports.sink)), data);
      expect(Buffer.from(got).toString()).toBe(receipt(data));
    });

    test(`[ET1] 2 MB come from Linux ${how}`, async () => {
      await using peer = await new LinuxPeer(new RealScheduler(), path).ready();
      const got = await ask(await peer.tcp.connect(at(ports.source)), Buffer.from(`${megabytes2}\n`));
      expect(receipt(got)).toBe(receipt(pattern(megabytes2)));
    });

    test(`[ET1] Linux connects, sends 2 MB and reads 2 MB ${how}`, async () => {
      await using peer = await new LinuxPeer(new RealScheduler(), path).ready();
      const listener = peer.tcp.listen({ port: 8080 });
      const told = peer.connectBack(8080, megabytes2);
      const socket = await listener.accept();
      if (socket === undefined) throw new Error('closed');
      const got = await readAll(socket);
      const data = noise(megabytes2, 3);
      await socket.write(data);
      socket.close();
      expect(receipt(got)).toBe(receipt(pattern(megabytes2)));
      expect(await told).toBe(receipt(data));
    });
  }

  test('[ET1] both directions at once, echoed by Linux while it is read slowly', async () => {
    await using peer = await new LinuxPeer(new RealScheduler(), { loss: 0.01 }).ready();
    const data = noise(500_000);
    const got = await ask(await peer.tcp.connect(at(ports.echo), { noDelay: true }), data);
    expect(receipt(got)).toBe(receipt(data));
  });

  test('[ET12] a port where Linux does not listen refuses', async () => {
    await using peer = await new LinuxPeer(new RealScheduler()).ready();
    await expect(peer.tcp.connect(at(ports.closed))).rejects.toThrow('Connection refused');
  });

  test('[ET13] a port where nobody listens refuses Linux; [ET41] bytes after closing reset it', async () => {
    await using peer = await new LinuxPeer(new RealScheduler()).ready();
    const listener = peer.tcp.listen({ port: 8080 });
    const socket = await peer.tcp.connect(at(ports.echo));
    await socket.write(Buffer.from('to be echoed'));
    const told = peer.connectBack(8080, 100_000);
    const accepted = await listener.accept();
    expect(accepted?.remote.address).toBe(linuxAddress);
    accepted?.close();
    socket.close();
    expect(await told).toMatch(/Broken pipe|Connection reset/);
    expect(await peer.connectBack(8081, 1)).toContain('Connection refused');
  });
});
