import { describe, expect, test } from 'vitest';
import { readFixtures } from '../testing/hex.ts';
import { messageLength, messageTypes } from './openflow/v10/header.ts';
import { decodeMessage, dissectMessage, encodeMessage } from './openflow/v10/message.ts';
import { decodeVns, dissectVns, encodeVns, vnsLength, vnsTypes } from './vns/message.ts';

const openflow = readFixtures(new URL('openflow/v10/fixtures/', import.meta.url));
const vns = readFixtures(new URL('vns/fixtures/', import.meta.url));

interface Leaf {
  readonly path: string;
  readonly value: unknown;
}

/** Every field of a value that has no parts, with its path as spans write it. */
function leaves(value: unknown, path = ''): readonly Leaf[] {
  if (Array.isArray(value) && value.some((item) => typeof item === 'object')) {
    return value.flatMap((item, i) => leaves(item, `${path}[${i}]`));
  }
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array) && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([key, part]) => leaves(part, path === '' ? key : `${path}.${key}`));
  }
  return [{ path, value }];
}

/** `kind` and `tag` of an item are in the bytes as the number that its declaration names. */
const isTag = (path: string): boolean => /(^|\.)(kind|tag)$/.test(path);

describe('OpenFlow 1.0.0', () => {
  test.each(openflow)('[OF1] $name comes back byte for byte', ({ bytes, clean }) => {
    expect(encodeMessage(decodeMessage(bytes))).toEqual(clean);
    expect(messageLength(bytes, 0, bytes.length)).toBe(bytes.length);
  });

  test.each(openflow)('[CD4] $name: every field has its span', ({ bytes }) => {
    const { message, spans } = dissectMessage(bytes);
    expect(message).toEqual(decodeMessage(bytes));
    const byPath = new Map(spans.map((span) => [span.path, span]));
    for (const { path, value } of leaves(message)) {
      if (isTag(path)) continue;
      expect(byPath.get(path)?.value, path).toEqual(value);
    }
    for (const { start, end } of spans) expect(start >= 0 && start <= end && end <= bytes.length).toBe(true);
  });

  test('[OF1] there is a fixture of every kind', () => {
    const kinds = new Set<string>(openflow.map(({ bytes }) => decodeMessage(bytes).kind));
    expect([...kinds].sort()).toEqual([...Object.keys(messageTypes), 'unknown'].sort());
  });

  test('[OF1] there is a fixture of every kind of statistics, action and flow command', () => {
    const found = new Set<string>();
    for (const { bytes } of openflow) {
      const message = decodeMessage(bytes);
      if (message.kind === 'statsRequest') found.add(`ask ${message.stats.kind}`);
      if (message.kind === 'statsReply') found.add(`told ${message.stats.kind}`);
      if (message.kind === 'flowMod') for (const action of message.actions) found.add(action.kind);
      if (message.kind === 'flowMod') found.add(String(message.command));
    }
    const stats = ['desc', 'flow', 'aggregate', 'table', 'port', 'queue', 'vendor'];
    expect([...found]).toEqual(
      expect.arrayContaining([
        ...stats.flatMap((kind) => [`ask ${kind}`, `told ${kind}`]),
        ...['output', 'setVlanVid', 'setVlanPcp', 'stripVlan', 'setDlSrc', 'setDlDst', 'setNwSrc', 'setNwDst'],
        ...['setNwTos', 'setTpSrc', 'setTpDst', 'enqueue', 'vendor', 'unknown'],
        ...['add', 'modify', 'delete', 'deleteStrict'],
      ]),
    );
  });
});

describe('VNS', () => {
  test.each(vns)('[VNS1] $name comes back byte for byte, without what the client left in it', ({ bytes, clean }) => {
    expect(encodeVns(decodeVns(bytes))).toEqual(clean);
    expect(vnsLength(bytes, 0, bytes.length)).toBe(bytes.length);
  });

  test.each(vns)('[CD4] $name: every field has its span', ({ bytes }) => {
    const { message, spans } = dissectVns(bytes);
    const byPath = new Map(spans.map((span) => [span.path, span]));
    for (const { path, value } of leaves(message)) {
      if (!isTag(path)) expect(byPath.get(path)?.value, path).toEqual(value);
    }
  });

  test('[VNS1] there is a fixture of every kind', () => {
    const kinds = new Set<string>(vns.map(({ bytes }) => decodeVns(bytes).kind));
    expect([...kinds].sort()).toEqual([...Object.keys(vnsTypes), 'unknown'].sort());
  });
});
