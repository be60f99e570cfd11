import type { Grader } from './grader.ts';

/** What routes and live see of the checks. */
export type Checks = Pick<Grader, 'current' | 'run' | 'stop' | 'results' | 'onProgress'>;
