import { describe, expect, test } from 'vitest';
import { dropCauses } from '../../packet/trace-batch.ts';
import { arpReply, arpRequest, datagram, echo, ports } from '../../router/testing/frames.ts';
import { client, eth1, eth3, labRtable, server1 } from '../../router/testing/network.ts';
import { PacketLog } from '../../trace/packet-log.ts';
import { labRouter as router } from '../testing/lab-router.ts';
import { RouterExpectations } from './expectations.ts';
import { dropTexts } from './reasons.ts';
import { whyMethods } from './why.ts';

const second = 1_000_000;

/** A router that is given frames and does what a test says. */
class Scene {
  us = 0;
  readonly log = new PacketLog({
    records: 1000,
    frameBytes: 1_000_000,
    snapLength: 1000,
    nowUs: () => this.us,
    epochMs: 0,
  });
  readonly expectations = new RouterExpectations(this.log, () => [router], new Map([['r0', labRtable]]));
  readonly #methods = whyMethods({ log: this.log, expectations: this.expectations, nowUs: () => this.us });
  readonly #node = this.log.node('r0');

  given(frame: Uint8Array, port = 3): number {
    const seq = this.log.append('packet_in', this.log.node('sw0'), port, frame, 0, frame.length);
    return this.log.follow(seq, 'to_router', this.#node, port);
  }
  sent(
    frame: Uint8Array,
    port: number,
    rule: Parameters<PacketLog['infer']>[1] = 'none',
    ...parents: number[]
  ): number {
    const seq = this.log.append('from_router', this.#node, port, frame, 0, frame.length);
    if (parents.length > 0) this.log.infer(seq, rule, 98, parents, parents.length);
    return seq;
  }
  async why(seq: number) {
    const { text, reasons } = await this.#methods['trace:why']({ seq });
    return {
      text,
      reasons: reasons.map(({ kind, what, seq: about, requirement }) => [kind, what, about, requirement?.rule]),
    };
  }
}

const toServer = (ttl = 64, id = 1) =>
  datagram({ from: client, via: eth3.mac, to: server1.address, protocol: 17, payload: ports(1, 2), ttl, id });
const knowsClient = (scene: Scene) => scene.given(arpReply(client, eth3));

describe('why it went no further', () => {
  test('[WB93] what the log saw is told as a fact, from any record of the packet', async () => {
    const scene = new Scene();
    const seq = scene.log.append('packet_in', scene.log.node('sw0'), 3, toServer(), 0, 50);
    const drop = scene.log.drop(seq, scene.log.node('r0'), 3, 'router queue full');
    for (const asked of [seq, drop]) {
      const { text, reasons } = await scene.why(asked);
      expect(text).toBe('The router did not read fast enough: its queue was full. (router queue full, at r0 port 3)');
      expect(reasons).toEqual([['observed', 'dropped', drop, undefined]]);
    }
    for (const cause of dropCauses) expect(dropTexts[cause]).toMatch(/^[A-Z].*\.$/);
  });

  test('[WB94] a TTL of 1 and silence: time exceeded is missing, a second later', async () => {
    const scene = new Scene();
    knowsClient(scene);
    const seq = scene.given(toServer(1));
    expect((await scene.why(seq)).reasons).toEqual([['inferred', 'pending', seq, 'RT7']]);
    scene.us += 2 * second;
    const { text, reasons } = await scene.why(seq - 1);
    expect(reasons).toEqual([['inferred', 'missing', seq, 'RT7']]);
    expect(text).toMatch(
      /^Its TTL was 1\. Expected out of eth3: .*[Tt]ime.*exceeded.*nothing like it within a second\.$/,
    );
  });

  test('[WB94] no route, no answer to an echo or to ARP: each with its requirement', async () => {
    const scene = new Scene();
    knowsClient(scene);
    const from = { from: client, via: eth3.mac };
    const noRoute = scene.given(datagram({ ...from, to: '8.8.8.8', protocol: 17, payload: ports(1, 2) }));
    const ping = scene.given(datagram({ ...from, to: eth1.address, protocol: 1, payload: echo(1) }));
    const closed = scene.given(datagram({ ...from, to: eth3.address, protocol: 6, payload: ports(1, 80, 20) }));
    const who = scene.given(arpRequest(client, eth3.address));
    scene.us += 2 * second;
    expect((await scene.why(noRoute)).text).toContain('There is no route to 8.8.8.8.');
    expect((await scene.why(ping)).reasons).toEqual([['inferred', 'missing', ping, 'RT20']]);
    expect((await scene.why(closed)).reasons).toEqual([['inferred', 'missing', closed, 'RT22']]);
    expect((await scene.why(who)).reasons).toEqual([['inferred', 'missing', who, 'RT10']]);
  });

  test('[WB94] no ARP reply came after five requests: host unreachable is missing', async () => {
    const scene = new Scene();
    knowsClient(scene);
    const seq = scene.given(toServer());
    scene.sent(arpRequest(eth1, server1.address), 1, 'arp request for', seq);
    scene.us += 2 * second;
    expect((await scene.why(seq)).text).toContain('asked for the MAC address of its next hop; no answer has come');
    scene.us += 10 * second;
    const { text, reasons } = await scene.why(seq);
    expect(reasons).toEqual([['inferred', 'missing', seq, 'RT12']]);
    expect(text).toContain('No ARP reply came for the next hop of 192.168.2.2 after five requests.');
  });

  test('[WB94] a router that knows its neighbour and does not forward: the packet is missing', async () => {
    const scene = new Scene();
    knowsClient(scene);
    scene.given(arpReply(server1, eth1), 1);
    const seq = scene.given(toServer());
    scene.us += 2 * second;
    const { text, reasons } = await scene.why(seq);
    expect(reasons).toEqual([['inferred', 'missing', seq, 'RT6']]);
    expect(text).toContain('It is for 192.168.2.2, to which there is a route. Expected out of eth1:');
  });

  test('[WB94] what the reference throws away as well is no fault of the router', async () => {
    const scene = new Scene();
    const broken = toServer();
    broken[24] = 0;
    const seq = scene.given(broken);
    const { text, reasons } = await scene.why(seq);
    expect(reasons).toEqual([['inferred', 'ignored', seq, undefined]]);
    expect(text).toBe('The reference throws it away, too: an IPv4 header whose checksum is wrong.');
  });

  test('[WB94] an answer with a known cause is no drop; one without, but as expected, is told as perhaps', async () => {
    const scene = new Scene();
    knowsClient(scene);
    scene.given(arpReply(server1, eth1), 1);
    const [first, second_] = [scene.given(toServer(64, 1)), scene.given(toServer(64, 2))];
    const onward = (id: number) =>
      datagram({
        from: { ...client, mac: eth1.mac },
        via: server1.mac,
        to: server1.address,
        protocol: 17,
        payload: ports(1, 2),
        ttl: 63,
        id,
      });
    const answer = scene.sent(onward(1), 1, 'forward', first);
    scene.log.follow(answer, 'packet_out', scene.log.node('sw0'), 1);
    const perhaps = scene.sent(onward(2), 1);
    scene.us += 2 * second;
    expect(await scene.why(first)).toEqual({
      text: `It was not dropped: #${answer + 1} left at sw0 port 1.`,
      reasons: [['inferred', 'answered', answer, undefined]],
    });
    expect(await scene.why(second_)).toMatchObject({ reasons: [['inferred', 'answered', perhaps, undefined]] });
  });

  test('[WB94] another program is expected to know nothing of what the last one was given', async () => {
    const scene = new Scene();
    const old = scene.given(toServer(1));
    scene.expectations.connected('r0');
    const seq = scene.given(toServer(1));
    scene.us += 2 * second;
    expect((await scene.why(old)).reasons).toEqual([['inferred', 'unknown', old, undefined]]);
    expect((await scene.why(seq)).reasons[0]?.slice(0, 2)).toEqual(['inferred', 'missing']);
    await expect(scene.why(0)).rejects.toThrow('Record #0 is not kept');
  });
});
