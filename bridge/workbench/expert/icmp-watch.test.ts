import { describe, expect, test } from 'vitest';
import { broadcast, echo, icmpMessage } from '../../router/testing/frames.ts';
import { eth1, server1 } from '../../router/testing/network.ts';
import { complaint, patched, ping, pong, quoted, toServer } from './testing/frames.ts';
import { Scene } from './testing/scene.ts';

describe('what a router says itself', () => {
  const errors: readonly (readonly [string, string, Uint8Array, Uint8Array])[] = [
    ['icmp-quote-short', 'RT23', toServer({ ttl: 1 }), complaint(11, 0, quoted(toServer({ ttl: 1 }), 20))],
    ['icmp-quote-wrong', 'RT23', toServer({ ttl: 1 }), complaint(11, 0, quoted(patched(toServer({ ttl: 1 }), 17, 9)))],
    [
      'icmp-error-misled',
      'RT23',
      toServer({ ttl: 1 }),
      complaint(11, 0, quoted(toServer({ ttl: 1 })), { to: server1.address }),
    ],
    ['icmp-wrong-code', 'RT8', toServer({ to: '8.8.8.8' }), complaint(3, 1, quoted(toServer({ to: '8.8.8.8' })))],
    ['icmp-wrong-code', 'RT20', ping({ ttl: 1 }), complaint(11, 0, quoted(ping({ ttl: 1 })))],
    ['icmp-wrong-code', 'RT7', toServer(), complaint(11, 0, quoted(toServer()))],
    [
      'icmp-wrong-code',
      'RT22',
      toServer({ to: eth1.address }),
      complaint(3, 2, quoted(toServer({ to: eth1.address }))),
    ],
    [
      'icmp-checksum-wrong',
      'RT23',
      toServer({ ttl: 1 }),
      patched(complaint(11, 0, quoted(toServer({ ttl: 1 }))), 36, 1, 2),
    ],
  ];
  test.each(errors)('[WB105] %s, %s', async (kind, rule, given, sent) => {
    const scene = new Scene().introduced();
    scene.given(given);
    scene.sent(sent, 3);
    const found = (await scene.found()).filter(({ severity }) => severity !== 'note');
    expect(found.map((each) => each.kind)).toContain(kind);
    expect(found.find((each) => each.kind === kind)).toMatchObject({ requirement: { rule } });
  });

  test('[WB105] no error about an error, a broadcast or a later fragment', async () => {
    const scene = new Scene().introduced();
    const error = toServer({ ttl: 1, protocol: 1, payload: icmpMessage(3, 3, [0, 0, 0, 0], quoted(toServer())) });
    const wide = toServer({ ttl: 1, via: broadcast, id: 6 });
    const later = toServer({ ttl: 1, fragment: 0x0010, id: 7 });
    for (const frame of [error, wide, later]) {
      scene.given(frame);
      scene.sent(complaint(11, 0, quoted(frame)), 3);
    }
    expect((await scene.kinds()).filter((kind) => kind !== 'icmp-unreachable')).toEqual([
      'icmp-error-about-error',
      'icmp-error-about-group',
      'icmp-error-about-group',
    ]);
  });

  test('[WB105] a reply is the request’s: id, sequence, data and address', async () => {
    const scene = new Scene().introduced();
    scene.given(ping());
    scene.sent(pong(), 3);
    expect(await scene.found()).toEqual([]);
    scene.sent(pong(echo(1, { type: 0, id: 8 })), 3);
    scene.sent(pong(echo(1, { type: 0, size: 20 })), 3);
    const found = await scene.found();
    expect(found.map(({ kind, field }) => [kind, field])).toEqual([
      ['echo-reply-changed', 'icmp.ident'],
      ['sent-twice', ''],
      ['echo-reply-changed', 'data.data'],
    ]);
  });
});
