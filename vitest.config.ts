import { defineConfig } from 'vitest/config';

// Limits say when something hangs, not how fast it is: a busy machine keeps them too. Figures come from the bench.
const polled = { expect: { poll: { timeout: 15_000 } } };
const patient = { testTimeout: 40_000, hookTimeout: 40_000, ...polled };
const slow = ['**/*.interop.test.ts', '**/*.e2e.test.ts', '**/node_modules/**', '**/dist/**'];

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'bridge', include: ['bridge/**/*.test.ts', 'bench/**/*.test.ts'], exclude: slow, ...patient } },
      { test: { name: 'server', include: ['server/**/*.test.ts'], exclude: slow, ...patient } },
      {
        extends: './vite.config.ts',
        root: '.',
        test: {
          name: 'web',
          environment: 'happy-dom',
          root: '.',
          include: ['web/src/**/*.test.{ts,tsx}'],
          setupFiles: ['web/src/state/page-life.fixture.ts'],
          // Style sheets are read where a test asks for their text.
          css: { include: [/\.css\?raw$/] },
          ...patient,
        },
      },
      {
        test: {
          name: 'interop',
          include: ['{bridge,server}/**/*.interop.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          ...polled,
        },
      },
      {
        test: {
          name: 'emulated',
          include: ['e2e/**/*.emulated.test.ts'],
          fileParallelism: false,
          testTimeout: 90_000,
          hookTimeout: 90_000,
          ...polled,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.test.ts'],
          fileParallelism: false,
          testTimeout: 90_000,
          hookTimeout: 90_000,
          ...polled,
        },
      },
    ],
  },
});
