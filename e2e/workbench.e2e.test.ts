import { describe } from 'vitest';
import { workbenchTests } from './workbench-tests.ts';

describe('on Mininet', () => workbenchTests({ args: ['--runtime', 'mininet'] }));
