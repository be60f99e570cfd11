import { ensureBuilt } from './project.js';

/** @param {{ onTestsRerun(build: () => Promise<void>): void }} project Compiles what changed, before every run of tests. */
export async function setup(project) {
  const compile = () => ensureBuilt({ page: false });
  await compile();
  project.onTestsRerun(compile);
}
