import { expect, test } from 'vitest';
import { createRing, RingReader, RingWriter } from './point-ring.ts';

const frameOf = (length: number, fill: number) => new Uint8Array(length).fill(fill);

test('[TR10] what one end writes the other reads, once and in order, however often the ring goes round', () => {
  const ring = createRing(8192);
  const writer = new RingWriter(ring);
  const reader = new RingReader(ring);
  let written = 0;
  let read = 0;
  for (let round = 0; round < 3000; round++) {
    for (let i = 0; i < 1 + (round % 3); i++, written++)
      writer.write(written + 0.5, 'sw.rx', 'none', written % 60_000, frameOf(14 + ((written * 37) % 1500), written));
    for (; reader.next(); read++) {
      expect([reader.atUs, reader.point, reader.place]).toEqual([read + 0.5, 'sw.rx', read % 60_000]);
      expect(reader.end - reader.start).toBe(14 + ((read * 37) % 1500));
      expect([reader.bytes[reader.start], reader.bytes[reader.end - 1]]).toEqual([read & 255, read & 255]);
    }
  }
  expect([read, reader.missed]).toEqual([written, 0]);
});

test('[TR13] what finds no room is missed and counted; nobody waits, and what was read makes room', () => {
  const ring = createRing(8192);
  const writer = new RingWriter(ring);
  const reader = new RingReader(ring);
  for (let i = 0; i < 100; i++) writer.write(i, 'host.tx', 'none', 0, frameOf(1000, i));
  const fitting = Math.floor(8192 / 1024);
  expect(reader.missed).toBe(100 - fitting);
  let read = 0;
  while (reader.next()) expect(reader.bytes[reader.start]).toBe(read++);
  expect(read).toBe(fitting);
  writer.write(7, 'host.rx', 'none', 3, frameOf(60, 9));
  expect(reader.next()).toBe(true);
  expect([reader.point, reader.place, reader.length]).toEqual(['host.rx', 3, 60]);
});

test('[TR10] of a large frame the beginning is told, and its length', () => {
  const ring = createRing();
  const reader = new RingReader(ring);
  new RingWriter(ring).write(1, 'drop', 'link down', 2, frameOf(9000, 4));
  expect(reader.next()).toBe(true);
  expect([reader.length, reader.end - reader.start, reader.cause]).toEqual([9000, 2048, 'link down']);
});
