import type { Programs } from './program.ts';

/** What an emulated host can run (EP), by name. */
export const programs: Programs = new Map([]);
