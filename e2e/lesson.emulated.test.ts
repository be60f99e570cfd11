import { describe } from 'vitest';
import { lessonTests } from './lesson-tests.ts';
import { unprivileged } from './support/unprivileged.ts';

describe('on the emulated network, as nobody, with no program on the PATH', () => lessonTests(unprivileged()));
