import { test } from 'vitest';
import { interventionScenarios } from './testing/intervention-scenarios.ts';
import { LabsUnderTest } from './testing/labs-under-test.ts';

const bench = new LabsUnderTest('emulated');

for (const [title, run] of Object.entries(interventionScenarios)) test(title, { timeout: 30_000 }, () => run(bench));
