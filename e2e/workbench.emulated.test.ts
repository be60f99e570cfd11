import { describe } from 'vitest';
import { unprivileged } from './support/unprivileged.ts';
import { workbenchTests } from './workbench-tests.ts';

describe('on the emulated network, as nobody, with no program on the PATH', () => workbenchTests(unprivileged()));
