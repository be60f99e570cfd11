import { test } from 'vitest';
import { interventionScenarios } from './testing/intervention-scenarios.ts';
import { canRun, LabsUnderTest } from './testing/labs-under-test.ts';

const bench = new LabsUnderTest('mininet');
const skip = !(await canRun('mininet'));

for (const [title, run] of Object.entries(interventionScenarios)) test.skipIf(skip)(title, () => run(bench));
