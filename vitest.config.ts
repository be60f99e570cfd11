import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Limits say when something hangs, not how fast it is: a busy machine keeps them too. Figures come from the bench.
const polled = { expect: { poll: { timeout: 15_000 } } };
const patient = { testTimeout: 40_000, hookTimeout: 40_000, ...polled };
// Half of the tests wait for other programs, so one file more than processors keeps these busy.
const unit = { maxWorkers: availableParallelism() + 1, sequence: { groupOrder: 0 } };
// Every lab has namespaces and a switch of its own: labs side by side are what the console is for.
const labs = { maxWorkers: 2, sequence: { groupOrder: 1 } };
// A page waits for its server most of the time, so two of them share the processors.
const browsers = { maxWorkers: 2, sequence: { groupOrder: 2 } };
const slow = ['**/*.interop.test.ts', '**/*.e2e.test.ts', '**/node_modules/**', '**/dist/**'];

/** Tests that draw, or ask the browser for something; a document of its own takes each file a second. */
const inPage = ['web/src/**/*.test.tsx', 'web/src/**/*.dom.test.ts'];
const page = {
  extends: './vite.config.ts',
  root: '.',
  test: {
    root: '.',
    setupFiles: ['web/src/state/page-life.fixture.ts'],
    // Style sheets are read where a test asks for their text.
    css: { include: [/\.css\?raw$/] },
    ...unit,
    ...patient,
  },
};

export default defineConfig({
  test: {
    // Threads and programs of a test are the compiled ones.
    globalSetup: ['scripts/lib/test-setup.js'],
    projects: [
      {
        test: {
          name: 'bridge',
          include: ['bridge/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: slow,
          // What a module of the bridge keeps, no test sees: files may share them.
          isolate: false,
          ...unit,
          ...patient,
        },
      },
      { test: { name: 'server', include: ['server/**/*.test.ts'], exclude: slow, ...unit, ...patient } },
      {
        ...page,
        test: {
          ...page.test,
          name: 'web',
          include: ['web/src/**/*.test.ts'],
          exclude: [...slow, ...inPage],
          isolate: false,
        },
      },
      { ...page, test: { ...page.test, name: 'page', environment: 'happy-dom', include: inPage } },
      {
        test: {
          name: 'interop',
          include: ['{bridge,server}/**/*.interop.test.ts'],
          ...labs,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          ...polled,
        },
      },
      {
        test: {
          name: 'emulated',
          include: ['e2e/**/*.emulated.test.ts'],
          ...browsers,
          testTimeout: 90_000,
          hookTimeout: 90_000,
          ...polled,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.test.ts'],
          ...browsers,
          testTimeout: 90_000,
          hookTimeout: 90_000,
          ...polled,
        },
      },
    ],
  },
});
