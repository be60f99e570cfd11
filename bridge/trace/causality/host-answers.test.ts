import { expect, test } from 'vitest';
import { type AnswerLink, HostAnswers } from './host-answers.ts';
import { runAnsweringLab, type Sent } from './testing/answering-hosts.ts';

interface Scored {
  readonly byRule: Map<string, { links: number; wrong: number; judged: number }>;
  readonly truths: number;
  readonly found: number;
}

const hostile = { delayUs: 800, jitterUs: 400, loss: 0.04, duplicate: 0.05, reorder: 0.05 };

test('[WB88] of what hosts answer 999 of 1000 links are right, at the hosts and at the bridge', {
  timeout: 60_000,
}, async ({ annotate }) => {
  const { log, sent, packetOuts } = await runAnsweringLab('answers', hostile, 40);
  expect(sent.length).toBeGreaterThan(10_000);
  const answers = new HostAnswers(log);
  const score = (of: (one: Sent) => AnswerLink | undefined, truthOf: (one: Sent) => number | undefined): Scored => {
    const byRule: Scored['byRule'] = new Map();
    let [truths, found] = [0, 0];
    for (const one of sent) {
      const link = of(one);
      const truth = truthOf(one);
      if (truth) truths += 1;
      if (link === undefined) continue;
      const row = byRule.get(link.rule) ?? { links: 0, wrong: 0, judged: 0 };
      byRule.set(link.rule, row);
      row.links += 1;
      if (truth === undefined) continue;
      row.judged += 1;
      if (link.asked === truth) found += 1;
      else row.wrong += 1;
    }
    return { byRule, truths, found };
  };
  const atHosts = score(
    ({ seq }) => answers.answers(seq),
    ({ truth }) => truth,
  );
  // The hub's ports are what the bridge has where hosts are not watched: asked by the number that a frame has there.
  const atBridge = score(
    ({ packetIn }) => answers.answers(packetIn),
    ({ truth }) => truth && packetOuts.get(truth),
  );
  for (const { byRule, truths, found } of [atHosts, atBridge]) {
    await annotate(JSON.stringify({ sent: sent.length, truths, found, byRule: [...byRule] }));
    const judged = [...byRule.values()].reduce((sum, row) => sum + row.judged, 0);
    const wrong = [...byRule.values()].reduce((sum, row) => sum + row.wrong, 0);
    expect(judged).toBeGreaterThan(2_000);
    expect(1 - wrong / judged).toBeGreaterThanOrEqual(0.999);
  }
  expect([...atHosts.byRule.keys()].sort()).toEqual([
    'arp reply',
    'echo reply',
    'icmp error',
    'tcp answer',
    'udp answer',
  ]);
});
