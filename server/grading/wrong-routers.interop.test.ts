import { describe } from 'vitest';
import { createMininetRuntime } from '../labs/runtimes/mininet.ts';
import { wrongRouterTests } from './wrong-router-tests.ts';

const mininet = createMininetRuntime();
const { available, notes } = await mininet.probe();

describe.skipIf(!available)(`on Mininet${available ? '' : ` (skipped: ${notes.join(' ')})`}`, () =>
  wrongRouterTests(mininet),
);
