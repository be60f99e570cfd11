import { test } from 'vitest';
import { canRun, LabsUnderTest } from './testing/labs-under-test.ts';
import { routerScenarios } from './testing/router-scenarios.ts';

const bench = new LabsUnderTest('mininet');
const skip = !(await canRun('mininet'));

for (const [title, run] of Object.entries(routerScenarios)) test.skipIf(skip)(title, () => run(bench));
