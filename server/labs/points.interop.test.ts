import { expect, test } from 'vitest';
import { canRun, descendants, LabsUnderTest, ready, simpleRouter } from './testing/labs-under-test.ts';
import { pointsScenarios } from './testing/points-scenarios.ts';
import { until } from './testing/until.ts';

const bench = new LabsUnderTest('mininet');
const skip = !(await canRun('mininet'));

for (const [title, run] of Object.entries(pointsScenarios))
  test.skipIf(skip)(title, { timeout: 30_000 }, () => run(bench));

test.skipIf(skip)('[RUN14] what sees the frames ends with its last page and is said when it is killed', async () => {
  await using labs = await bench.open();
  await ready(labs);
  const seers = async () => (await descendants()).filter(({ name }) => name === 'nsenter');
  expect(await seers()).toHaveLength(0);
  labs.setViewers(simpleRouter, 2);
  await labs.setPoints(simpleRouter, true);
  expect(await seers()).toHaveLength(1);
  labs.setViewers(simpleRouter, 0);
  await until('its end', async () => (await seers()).length === 0);

  labs.setViewers(simpleRouter, 1);
  const [seer] = await until('another one', async () => {
    const found = await seers();
    return found.length > 0 && found;
  });
  await until('its watch', () => labs.status(simpleRouter).points?.watching);
  const [inside] = await descendants(seer?.pid);
  process.kill(inside?.pid ?? 0, 'SIGKILL');
  const lost = await until('a reason', () => {
    const { points } = labs.status(simpleRouter);
    return points?.why !== '' && points;
  });
  expect(lost).toMatchObject({ asked: true, watching: false, why: 'The hosts and switches cannot be watched.' });
  await labs.setPoints(simpleRouter, true);
  expect(labs.status(simpleRouter).points).toMatchObject({ watching: true, why: '' });
  await labs.stop(simpleRouter);
  expect(await seers()).toHaveLength(0);
});
