import { describe, expect, test } from 'vitest';
import type { Wrong } from '../../bridge/router/wrong.ts';
import type { LabRun } from './lab-service.ts';
import { LabsUnderTest, ready } from './testing/labs-under-test.ts';
import { littleOfEverything, reference } from './testing/little-of-everything.ts';
import { until } from './testing/until.ts';

const bench = new LabsUnderTest('emulated');

/** A little of everything, then the comparison once it waits for no answer any more. */
async function compared(run: LabRun) {
  await littleOfEverything(run);
  return until('a comparison that waits for nothing', async () => {
    const result = await run.bridge.call('shadow:compare', { router: 'router', limit: 50 });
    return result.pending === 0 && result;
  });
}

describe('the comparison with the reference', { timeout: 40_000 }, () => {
  test('[WB200] the reference beside itself: every frame alike', async () => {
    await using labs = await bench.open();
    const result = await compared(await ready(labs, reference()));
    expect(result.differences).toEqual([]);
    expect(result).toMatchObject({ router: 'router', pending: 0, more: 0 });
    expect(result.compared).toBeGreaterThan(20);
    expect(result.alike).toBe(result.compared);
  });

  test.each<[Wrong, string, string, string | undefined]>([
    ['arp-reads-target', 'missing', 'RT10', undefined],
    ['echo-once-eth3', 'missing', 'RT20', undefined],
    ['tcp-silent', 'missing', 'RT22', undefined],
    ['ttl-silent-icmp', 'missing', 'RT7', undefined],
    ['net-as-host', 'different', 'RT8', 'icmp.code'],
    ['small-buffer', 'missing', 'RT6', undefined],
  ])('[WB201] %s: the first divergence is %s, with requirement %s', async (fault, what, rule, field) => {
    await using labs = await bench.open();
    const { differences } = await compared(await ready(labs, reference(fault)));
    const [first] = differences;
    expect(first).toMatchObject({ what, requirement: { rule } });
    if (field !== undefined) expect(first?.fields.map(({ name }) => name)).toEqual([field]);
    expect(new Set(differences.map(({ requirement }) => requirement?.rule))).toEqual(new Set([rule]));
  });

  test('[WB205] a router that is not there cannot be compared', async () => {
    await using labs = await bench.open();
    const run = await ready(labs, reference());
    await expect(run.bridge.call('shadow:compare', { router: 'nobody', limit: 1 })).rejects.toThrow(
      'There is no router "nobody" in this lab.',
    );
  });
});
