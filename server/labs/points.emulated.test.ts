import { test } from 'vitest';
import { LabsUnderTest } from './testing/labs-under-test.ts';
import { pointsScenarios } from './testing/points-scenarios.ts';

const bench = new LabsUnderTest('emulated');

for (const [title, run] of Object.entries(pointsScenarios)) test(title, { timeout: 30_000 }, () => run(bench));
