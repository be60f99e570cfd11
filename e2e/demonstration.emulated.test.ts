import { describe } from 'vitest';
import { demonstrationTests } from './demonstration-tests.ts';
import { unprivileged } from './support/unprivileged.ts';

describe('on the emulated network, as nobody, with no program on the PATH', () => demonstrationTests(unprivileged()));
