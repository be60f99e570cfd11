import { expect, test } from 'vitest';
import { seededRandom } from '../../determinism/random.ts';
import { datagram, ports } from '../../router/testing/frames.ts';
import { RouterCauses } from './router-causes.ts';
import { runObservedLab } from './testing/observed-lab.ts';
import { scoreOf } from './testing/observed-router.ts';

const hostile = { delayUs: 1000, jitterUs: 700, loss: 0.05, duplicate: 0.08, reorder: 0.1 };

test('[WB86] on the reference router 999 of 1000 links are right, and 99 of 100 are found', { timeout: 60_000 }, () => {
  // Busy, and so quiet that neighbours are forgotten again and again.
  const busy = runObservedLab({ seed: 'busy', impairments: hostile, nat: false, everyUs: 10_000 }, 20);
  const quiet = runObservedLab({ seed: 'quiet', impairments: hostile, nat: false, everyUs: 2_000_000 }, 3000);
  expect(Math.min(busy.given, quiet.given)).toBeGreaterThan(10_000);
  for (const { judged } of [busy, quiet]) {
    const { precision, recall } = scoreOf(judged);
    expect(precision).toBeGreaterThanOrEqual(0.999);
    expect(recall).toBeGreaterThanOrEqual(0.99);
  }
  const rules = new Set([...busy.judged, ...quiet.judged].map(({ rule }) => rule));
  for (const rule of ['forward', 'arp release', 'arp request for', 'arp reply', 'icmp error', 'echo reply'])
    expect(rules).toContain(rule);
});

test('[WB86] with a router that rewrites addresses links are as right, and 97 of 100 are found', {
  timeout: 60_000,
}, () => {
  const { judged, given } = runObservedLab({ seed: 'nat', impairments: hostile, nat: true, everyUs: 10_000 }, 20);
  expect(given).toBeGreaterThan(10_000);
  const { precision, recall } = scoreOf(judged);
  expect(precision).toBeGreaterThanOrEqual(0.999);
  expect(recall).toBeGreaterThanOrEqual(0.97);
  expect(judged.filter(({ rule }) => rule === 'nat').length).toBeGreaterThan(500);
});

test('[WB86] a router with several threads answers in no order and loses frames: still right', () => {
  const random = seededRandom('threads');
  const causes = new RouterCauses({ addresses: [], nextHop: (destination) => destination });
  const packet = (id: number, ttl: number) =>
    datagram({
      from: { mac: '02:00:00:00:00:01', address: `10.0.${id & 1}.1` },
      via: '0e:00:00:00:00:01',
      to: '10.1.0.1',
      protocol: 17,
      payload: ports(1000 + (id % 5), 9, 8 + (id % 40)),
      id: id >> 1,
      ttl,
    });
  const inside: { readonly seq: number; readonly id: number }[] = [];
  let [right, wrong, sent] = [0, 0, 0];
  for (let seq = 1; seq <= 12_000; seq++) {
    const given = packet(seq, 64);
    causes.heard(seq, seq * 50, 1, given, 0, given.length);
    if (random.next() > 0.05) inside.push({ seq, id: seq });
    if (inside.length < 50) continue;
    const [chosen] = inside.splice(Math.floor(random.next() * inside.length), 1);
    if (chosen === undefined) continue;
    const frame = packet(chosen.id, 63);
    sent += 1;
    if (!causes.explain(seq * 50, 2, frame, 0, frame.length)) continue;
    if (causes.parents[0] === chosen.seq) right += 1;
    else wrong += 1;
  }
  expect(right / sent).toBeGreaterThan(0.999);
  expect(wrong).toBe(0);
});
