import { describe, expect, test } from 'vitest';
import { isWrong, type Wrong, wrongs } from '../../bridge/router/wrong.ts';
import type { LabRun } from './lab-service.ts';
import { LabsUnderTest, ready } from './testing/labs-under-test.ts';
import { littleOfEverything, reference } from './testing/little-of-everything.ts';

const bench = new LabsUnderTest('emulated');

async function foundIn(run: LabRun) {
  await littleOfEverything(run);
  return run.bridge.call('expert:findings', { after: 0, limit: 2000 });
}
const blamed = ({ findings }: Awaited<ReturnType<typeof foundIn>>) =>
  findings
    .filter(({ severity }) => severity !== 'note')
    .map(({ kind, requirement, sentence }) => `${kind} ${requirement?.rule}: ${sentence}`);

describe('findings in a running lab', { timeout: 40_000 }, () => {
  test('[WB107] the reference router earns no error and no warning', async () => {
    await using labs = await bench.open();
    const found = await foundIn(await ready(labs, reference()));
    expect(blamed(found)).toEqual([]);
    expect(found.packets).toBeGreaterThan(100);
    expect(found.isComplete).toBe(true);
  });

  test.each<[Wrong, string, string]>([
    ['net-as-host', 'icmp-wrong-code', 'RT8'],
    ['ttl-own-echo', 'icmp-wrong-code', 'RT20'],
  ])('[WB107] %s shows as %s, %s', async (fault, kind, rule) => {
    await using labs = await bench.open();
    const found = blamed(await foundIn(await ready(labs, reference(fault))));
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.map((text) => text.slice(0, text.indexOf(':'))))).toEqual(new Set([`${kind} ${rule}`]));
  });

  test('[WB107] who is only silent is not blamed: what is missing is told by why and by the comparison', async () => {
    await using labs = await bench.open();
    const silent = Object.keys(wrongs)
      .filter(isWrong)
      .filter((fault) => fault !== 'net-as-host' && fault !== 'ttl-own-echo');
    const run = await ready(labs, reference(...silent));
    const found = await foundIn(run);
    expect(blamed(found)).toEqual([]);
    expect(found.findings.map(({ kind }) => kind)).toContain('echo-unanswered');
    const { differences } = await run.bridge.call('shadow:compare', { router: 'router', limit: 50 });
    expect(differences.map(({ what }) => what)).toContain('missing');
  });
});
