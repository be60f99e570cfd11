import { describe, vi } from 'vitest';
import { createEmulatedRuntime } from '../labs/runtimes/emulated.ts';
import { wrongRouterTests } from './wrong-router-tests.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

describe('on the emulated network', () => wrongRouterTests(createEmulatedRuntime()));
