import { expect, test } from 'vitest';
import { runObservedLab } from '../../trace/causality/testing/observed-lab.ts';
import { Expert } from './expert.ts';

const hostile = { delayUs: 1000, jitterUs: 700, loss: 0.05, duplicate: 0.08, reorder: 0.1 };

test.each([
  ['busy', 10_000, 5],
  ['quiet', 2_000_000, 1500],
] as const)(
  '[WB107] two %s reference routers on links that lose, double and reorder are blamed for nothing',
  { timeout: 60_000 },
  async (seed, everyUs, seconds) => {
    const { log, routers, given } = runObservedLab({ seed, impairments: hostile, nat: false, everyUs }, seconds);
    expect(given).toBeGreaterThan(4000);
    const rtables = new Map(routers.map(({ name, rtable }) => [name, rtable]));
    const expert = new Expert({ log, routers: () => routers, rtables, nowUs: () => seconds * 1e6 });
    while (!(await expert.catchUp()));
    const { findings } = await expert.findings({ after: 0, limit: 2000 });
    const blamed = findings.filter(
      ({ severity, node }) => severity !== 'note' && routers.some(({ name }) => name === node),
    );
    expect(blamed.map(({ kind, seqs, sentence }) => `${kind} #${seqs.join(' #')}: ${sentence}`)).toEqual([]);
  },
);
