import { describe } from 'vitest';
import { demonstrationTests } from './demonstration-tests.ts';

/** README's pictures: PATCHBAY_PICTURES=e2e/pictures npm test -- --only e2e makes them anew. */
const pictures = process.env.PATCHBAY_PICTURES;

describe('on Mininet', () => demonstrationTests({ args: ['--runtime', 'mininet'] }, pictures));
