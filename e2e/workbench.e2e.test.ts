import { describe } from 'vitest';
import { workbenchTests } from './workbench-tests.ts';

/** README's picture: PATCHBAY_PICTURES=e2e/pictures npm test -- --only e2e makes it anew. */
const pictures = process.env.PATCHBAY_PICTURES;

describe('on Mininet', () => workbenchTests({ args: ['--runtime', 'mininet'] }, pictures));
