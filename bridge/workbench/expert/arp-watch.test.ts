import { describe, expect, test } from 'vitest';
import { arpReply, arpRequest } from '../../router/testing/frames.ts';
import { client, eth1, eth2, eth3, server1 } from '../../router/testing/network.ts';
import { complaint, patched, quoted, toServer } from './testing/frames.ts';
import { Scene, second } from './testing/scene.ts';

describe('ARP of a router', () => {
  const replies: readonly (readonly [string, Uint8Array])[] = [
    ['arp-reply-foreign', arpReply({ ...eth3, address: server1.address }, client)],
    ['arp-reply-other-interface', arpReply({ ...eth3, address: eth1.address }, client)],
    ['arp-reply-wrong-mac', patched(arpReply(eth3, client), 22, 2)],
    ['arp-reply-wrong-target', patched(arpReply(eth3, client), 32, 2)],
    ['arp-reply-wrong-target', patched(arpReply(eth3, client), 41, 7)],
    ['arp-reply-wrong-target', patched(arpReply(eth3, client), 0, 2)],
  ];
  test.each(replies)('[WB104] %s', async (kind, reply) => {
    const scene = new Scene();
    for (const address of [eth3.address, eth1.address, server1.address]) scene.given(arpRequest(client, address));
    const seq = scene.sent(reply, 3);
    expect(await scene.found()).toMatchObject([
      { kind, seqs: [seq, expect.any(Number)], requirement: { rule: 'RT10' } },
    ]);
  });

  test('[WB104] a request to one station, by another sender, again too soon, and again although it was answered', async () => {
    const scene = new Scene();
    scene.sent(arpRequest(eth1, server1.address, { to: server1.mac }), 1);
    scene.us += second;
    scene.sent(arpRequest({ ...eth1, address: eth2.address }, server1.address), 1);
    scene.us += 0.2 * second;
    scene.sent(arpRequest(eth1, server1.address), 1);
    scene.given(arpReply(server1, eth1), 1);
    scene.us += 3 * second;
    scene.sent(arpRequest(eth1, server1.address), 1);
    const found = await scene.found();
    expect(found.map(({ kind }) => kind)).toEqual([
      'arp-request-not-broadcast',
      'arp-request-wrong-sender',
      'arp-request-too-often',
      'arp-request-known',
    ]);
    expect(found.at(-1)?.sentence).toBe('eth1: asks for 192.168.2.2 again 3.00 s after the answer.');
  });

  const silence = (scene: Scene, requests: number) => {
    scene.given(arpRequest(client, eth3.address));
    const given = toServer();
    scene.given(given);
    for (let i = 0; i < requests; i++) {
      scene.sent(arpRequest(eth1, server1.address), 1);
      scene.us += second;
    }
    return given;
  };

  test('[WB104] the sixth request without an answer, while somebody waits to be told', async () => {
    const scene = new Scene();
    silence(scene, 6);
    const [finding, ...more] = await scene.found();
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ kind: 'arp-request-sixth', requirement: { rule: 'RT12' } });
    expect(finding?.seqs).toHaveLength(7);
  });

  test('[WB104] five, host unreachable, and five more for the next packet: as it must be', async () => {
    const scene = new Scene();
    for (let round = 0; round < 2; round++) {
      const given = silence(scene, 5);
      scene.sent(complaint(3, 1, quoted(given)), 3);
    }
    expect(new Set(await scene.kinds())).toEqual(new Set(['icmp-unreachable']));
  });

  test('[WB104] host unreachable after two requests is too early', async () => {
    const scene = new Scene();
    const given = silence(scene, 2);
    scene.sent(complaint(3, 1, quoted(given)), 3);
    expect(await scene.found()).toMatchObject([
      { kind: 'icmp-unreachable', severity: 'note' },
      { kind: 'arp-gave-up-early', sentence: expect.stringContaining('after 2 ARP requests for 192.168.2.2') },
    ]);
  });

  test('[WB104] another program has asked nobody yet', async () => {
    const scene = new Scene();
    silence(scene, 5);
    scene.connects();
    silence(scene, 1);
    expect(await scene.found()).toEqual([]);
  });
});
