import { describe } from 'vitest';
import { lessonTests } from './lesson-tests.ts';

/** README's picture: PATCHBAY_PICTURES=e2e/pictures npm test -- --only e2e makes it anew. */
const pictures = process.env.PATCHBAY_PICTURES;

describe('on Mininet', () => lessonTests({ args: ['--runtime', 'mininet'] }, pictures));
