import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Path } from '../../emulator/tcp/testing/path.ts';
import { framesSeenAt, serveOnce } from '../../emulator/tcp/testing/seen-frames.ts';
import { noise } from '../../emulator/tcp/testing/streams.ts';
import type { Impairments } from '../../emulator/wire.ts';
import { CaptureConversations } from '../../packet/conversation/capture-conversations.ts';
import { tcpAnalysis } from '../../packet/conversation/tcp-flags.ts';
import { readFilter } from '../../packet/filter/filter.ts';
import { newFilterRecord, noContext } from '../../packet/filter/record.ts';
import { readCapture } from '../../packet/pcapng/read-capture.ts';
import { PcapngWriter } from '../../packet/pcapng/writer.ts';
import { hasTshark, tsharkSelections } from '../../testing/tshark.ts';

const fixtures = fileURLToPath(new URL('../../packet/fixtures/', import.meta.url));
/** VNS is unknown to Wireshark, and so are the frames in it; of OpenFlow's it numbers the conversations of the frames carried. */
const captures = readdirSync(fixtures).filter((name) => /^(lab|dns|dhcp|ipv6|corner-cases)\.pcap$/.test(name));

/** The last fragment of a datagram, which it puts together. */
const putTogether: Readonly<Record<string, number>> = { 'corner-cases.pcap': 37 };

/** tshark takes the time 0 for none. */
const startNs = 1_700_000_000_000_000_000n;

const numbers = Array.from({ length: 60 }, (_, i) => i);
const filters = [
  ...Object.keys(tcpAnalysis).map((name) => `tcp.analysis.${name}`),
  'tcp.analysis.flags',
  ...numbers.flatMap((number) => [`tcp.stream == ${number}`, `udp.stream == ${number}`]),
];

/** Frames of a capture that each filter selects here. */
function ourSelections(path: string): number[][] {
  const { frames } = readCapture(readFileSync(path));
  const conversations = new CaptureConversations();
  const asked = filters.map((text) => {
    const read = readFilter(text);
    if (!read.ok) throw new Error(`${text}: ${read.fault.message}`);
    return { passes: read.filter.over({ ...noContext, conversations }), seqs: [] as number[] };
  });
  const record = newFilterRecord();
  const firstNs = frames[0]?.timeNs ?? 0n;
  frames.forEach(({ frame, length, timeNs }, i) => {
    Object.assign(record, { seq: i + 1, bytes: frame, end: frame.length, length });
    conversations.look(frame, 0, frame.length, length, Number(timeNs - firstNs) / 1000);
    for (const { passes, seqs } of asked) if (passes(record)) seqs.push(i + 1);
  });
  return asked.map(({ seqs }) => seqs);
}

/** Where the two differ, filter by filter; counts what was selected. */
function differences(path: string, selected: Map<string, number>, beyond?: number): string[] {
  const ours = ourSelections(path);
  const theirs = tsharkSelections(path, filters, []);
  return filters.flatMap((text, i) => {
    const [here, there] = [ours[i]?.join(' ') ?? '', theirs[i] ?? 'no answer'];
    selected.set(text, (selected.get(text) ?? 0) + (ours[i]?.length ?? 0));
    const told = typeof there === 'string' ? there : there.filter((seq) => seq !== beyond).join(' ');
    return here === told ? [] : [`${text}: ours ${here}; tshark ${told}`];
  });
}

describe.skipIf(!hasTshark())('against tshark', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'patchbay-streams-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(captures)('[PK71] [PK72] %s: conversations and their analysis are those of tshark', (capture) => {
    expect(differences(fixtures + capture, new Map(), putTogether[capture]).join('\n')).toBe('');
  });

  const paths: readonly (readonly [name: string, seed: number, impairments: Impairments])[] = [
    ['loss', 3, { delayUs: 5_000, loss: 0.03 }],
    ['loss and reordering', 4, { delayUs: 5_000, jitterUs: 1_000, loss: 0.02, reorder: 0.03, duplicate: 0.01 }],
    ['a long way', 5, { delayUs: 60_000, loss: 0.05 }],
  ];
  const selected = new Map<string, number>();
  test.each(paths)(
    '[PK72] transfers with %s, seen at each end, are analysed as tshark does',
    async (name, seed, impairments) => {
      const path = new Path(seed, impairments);
      const frames = framesSeenAt(path);
      await serveOnce(path, noise(150_000), noise(60_000, 9));
      await serveOnce(path, noise(20_000), noise(150_000, 9));
      for (const end of ['client', 'server'] as const) {
        const writer = new PcapngWriter();
        writer.section('Patchbay test');
        writer.interface({ name: end, description: '', linkType: 1, snapLength: 65_535 });
        for (const { frame, atUs } of frames[end])
          writer.packet({
            ...{ interface: 0, timeNs: startNs + BigInt(Math.round(atUs * 1000)), length: frame.length, frame },
            ...{ direction: 'unknown', comments: [] },
          });
        const file = join(folder, `${name}-${end}.pcapng`);
        writeFileSync(file, writer.take());
        expect(frames[end].length).toBeGreaterThan(300);
        expect(differences(file, selected).join('\n')).toBe('');
      }
    },
    60_000,
  );

  test('[PK72] what was compared there was there', () => {
    const wanted = ['retransmission', 'fast_retransmission', 'out_of_order', 'lost_segment', 'duplicate_ack'];
    expect(wanted.filter((name) => (selected.get(`tcp.analysis.${name}`) ?? 0) === 0)).toEqual([]);
    expect(selected.get('tcp.stream == 1') ?? 0).toBeGreaterThan(300);
  });
});
