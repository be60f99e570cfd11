import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { unanswered } from '../../bridge/testing/pings.ts';
import type { RouterStatus, SecondChoice } from '../contract/status.ts';
import { createGrader } from '../grading/grader.ts';
import type { LabRun, Labs } from './lab-service.ts';
import { LabsUnderTest, ping, ready, simpleRouter } from './testing/labs-under-test.ts';
import { reference } from './testing/little-of-everything.ts';
import { type Mischief, mischievous } from './testing/second-builds.ts';
import { until } from './testing/until.ts';

const bench = new LabsUnderTest('emulated');
const statusOf = (labs: Labs): NonNullable<RouterStatus['second']> | undefined =>
  labs.status(simpleRouter).routers[0]?.second;

/** A lab with a second build beside its router, both ready. */
async function besides(labs: Labs, router: SecondChoice, second: SecondChoice): Promise<LabRun> {
  const run = await ready(labs, router);
  await labs.startSecond(simpleRouter, 'router', second);
  await until('a second build that is ready', () => statusOf(labs)?.state === 'ready');
  return run;
}

/** The comparison once nothing more can come. */
const compared = (run: LabRun) =>
  until('a comparison with nothing to come', async () => {
    const answer = await run.bridge.call('shadow:builds', { router: 'router', limit: 50 });
    return answer.compared > 0 && answer.pending === 0 && answer;
  });

const commands: readonly (readonly string[])[] = [
  ['ping', '-c', '2', '-i', '0.2', '-W', '1', '10.0.1.1'],
  ['ping', '-c', '1', '-W', '1', '192.168.2.2'],
  ['ping', '-c', '1', '-W', '1', '8.8.8.8'],
  ['wget', '-O', '/dev/null', '-T', '2', '-t', '1', 'http://192.168.2.2/'],
];

describe('a second build beside a router', { timeout: 60_000 }, () => {
  test.each([
    ['the second one', reference(), reference('net-as-host'), 'router'] as const,
    ['the first one', reference('net-as-host'), reference(), 'build'] as const,
  ])('[WB211] [LAB20] the first divergence, where %s is wrong', async (_which, router, second, agrees) => {
    await using labs = await bench.open();
    const run = await besides(labs, router, second);
    for (const [command = '', ...argv] of commands)
      await run.network.exec('client', [command, ...argv], { timeoutMs: 10_000 });
    const { differences, compared: count, until: end } = await compared(run);
    expect(end).toBeNull();
    expect(count).toBeGreaterThan(10);
    expect(differences).toMatchObject([
      { what: 'different', agrees, requirement: { rule: 'RT8' }, fields: [{ name: 'icmp.code' }] },
    ]);
    expect(run.terminals.list().find(({ id }) => id === 'second:router')).toMatchObject({
      kind: 'second',
      title: 'router, other build',
    });
  });

  test('[WB210] two that are alike differ in nothing over all checks of the lab', async () => {
    await using labs = await bench.open();
    const run = await besides(labs, reference(), reference());
    const grader = createGrader({ labs, log: pino({ level: 'silent' }) });
    try {
      grader.run(simpleRouter);
      expect(await grader.settled(simpleRouter)).toMatchObject({ score: 25 });
    } finally {
      await grader.close();
    }
    const { differences, compared: count, alike } = await compared(run);
    expect(differences).toEqual([]);
    expect(alike).toBe(count);
    expect(count).toBeGreaterThan(100);
  });

  test('[WB213] one that comes late knows whom the router knows', async () => {
    await using labs = await bench.open();
    const run = await ready(labs, reference());
    expect(await ping(run)).toContain('1 received');
    await labs.startSecond(simpleRouter, 'router', reference());
    await until('a second build that is ready', () => statusOf(labs)?.state === 'ready');
    expect(await ping(run)).toContain('1 received');
    expect(await compared(run)).toMatchObject({ differences: [] });
    await until('an answered question', () => (statusOf(labs)?.answered ?? 0) > 0);
  });

  test.each<[Mischief, (second: NonNullable<RouterStatus['second']>) => boolean]>([
    ['flood', ({ until: end, ignored }) => end?.why === 'flood' && ignored > 10_000],
    ['hang', ({ unanswered, silentMs, state }) => state === 'ready' && unanswered > 3 && silentMs > 0],
    ['crash', ({ process, until: end }) => process?.signal === 'SIGABRT' && end?.why === 'ended'],
    ['rubbish', ({ endedBecause, until: end }) => endedBecause.includes('Malformed') && end?.why === 'ended'],
  ])('[LAB20] [WB209] a second build that does this disturbs nobody: %s', async (mischief, isSeen) => {
    await using labs = await bench.open();
    const run = await besides(labs, reference(), await mischievous(bench.tmpDir, mischief));
    const output = await run.network.exec('client', ['ping', '-c', '20', '-i', '0.05', '-w', '15', '192.168.2.2'], {
      timeoutMs: 20_000,
    });
    expect(unanswered(output.output, 20)).toEqual([]);
    await until(`${mischief} to be seen`, () => {
      const second = statusOf(labs);
      return second !== undefined && isSeen(second);
    });
    expect(labs.status(simpleRouter).routers[0]).toMatchObject({ state: 'ready', process: { state: 'running' } });
    expect(labs.status(simpleRouter).counters.drops).toEqual({});
    await labs.stopSecond(simpleRouter, 'router');
    expect(statusOf(labs)).toMatchObject({ process: { state: 'ended' } });
    expect(await ping(run)).toContain('1 received');
  });

  test('[LAB20] what befalls the router does not befall the second build, and what is wrong is refused', async () => {
    await using labs = await bench.open();
    await expect(labs.startSecond(simpleRouter, 'router', reference())).rejects.toMatchObject({
      code: 'lab-not-running',
    });
    await besides(labs, reference(), reference());
    await expect(labs.startSecond(simpleRouter, 'router', reference())).rejects.toMatchObject({
      code: 'router-running',
    });
    await expect(labs.startSecond(simpleRouter, 'r9', reference())).rejects.toMatchObject({ code: 'not-found' });
    await labs.stopRouter(simpleRouter, 'router');
    expect(statusOf(labs)).toMatchObject({ state: 'ready', process: { state: 'running' } });
    await labs.stopSecond(simpleRouter, 'router');
    await until('its end', () => statusOf(labs)?.state === 'ended');
    expect(statusOf(labs)).toMatchObject({
      endedBecause: 'The other build was stopped in the page.',
      process: { state: 'ended', stopped: true },
    });
  });
});
