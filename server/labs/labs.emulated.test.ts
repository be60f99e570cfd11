import { test } from 'vitest';
import { LabsUnderTest } from './testing/labs-under-test.ts';
import { leftoverScenarios } from './testing/leftover-scenarios.ts';
import { lifecycleScenarios } from './testing/lifecycle-scenarios.ts';
import { routerScenarios } from './testing/router-scenarios.ts';

const bench = new LabsUnderTest('emulated');

for (const [title, run] of Object.entries({ ...lifecycleScenarios, ...routerScenarios, ...leftoverScenarios }))
  test(title, { timeout: 30_000 }, () => run(bench));
