import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LabsUnderTest, ping, ready } from './testing/labs-under-test.ts';
import { leftoverScenarios } from './testing/leftover-scenarios.ts';
import { lifecycleScenarios } from './testing/lifecycle-scenarios.ts';
import { routerScenarios } from './testing/router-scenarios.ts';
import { twoHosts } from './testing/two-hosts.ts';

const bench = new LabsUnderTest('emulated');
const timeout = 30_000;

for (const [title, run] of Object.entries({ ...lifecycleScenarios, ...routerScenarios, ...leftoverScenarios }))
  test(title, { timeout }, () => run(bench));

test('[RUN12] what a link does holds each way, whatever the kernel can', { timeout }, async () => {
  const lab = twoHosts({ link: { delayMs: 30, lossPercent: 0 } });
  lab.hosts.push({ name: 'h3', role: 'client', address: '10.0.0.3/24' });
  lab.links.push({ a: { node: 'h3' }, b: { node: 'sw0', port: 3 }, impairments: { lossPercent: 100 } });
  const catalogDir = join(bench.tmpDir, 'catalog');
  await mkdir(join(catalogDir, lab.id), { recursive: true });
  await writeFile(join(catalogDir, lab.id, 'lab.json'), JSON.stringify(lab));
  await using labs = await bench.open({ catalogDir });
  const run = await ready(labs, { kind: 'network' }, lab.id);
  const roundTripMs = async (from: string, to: string) =>
    Number(/ min\/avg\/max\/mdev = [\d.]+\/([\d.]+)\//.exec(await ping(run, from, to))?.[1]);
  await ping(run, 'h1', '10.0.0.2');
  expect(await roundTripMs('h1', '10.0.0.2')).toBeGreaterThanOrEqual(60);
  expect(await roundTripMs('h2', '10.0.0.1')).toBeGreaterThanOrEqual(60);
  expect(await ping(run, 'h1', '10.0.0.3')).toContain('0 received');
});
