import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { createMininetRuntime } from '../labs/runtimes/mininet.ts';
import { gradeCommand } from './grade.ts';

const { available, notes } = await createMininetRuntime().probe();
const folder = mkdtempSync(join(tmpdir(), 'grade-'));
const results = join(folder, 'results.json');
const why = available ? '' : ` (skipped: ${notes.join(' ')})`;

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

test.skipIf(!available)(
  `[GRADE9] a lab is started, checked and ended; the exit code is the verdict${why}`,
  async () => {
    const table = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
    const checks = ['--check', 'ttl-exceeded', '--check', 'net-unreachable'];
    expect(await gradeCommand(['simple-router', ...checks, '--results', results])).toBe(0);
    expect(table.mock.calls.flat().join('\n')).toMatch(/Score +2 \/ 2/);
    expect(JSON.parse(readFileSync(results, 'utf8'))).toMatchObject({ score: 2, max_score: 25, visibility: 'visible' });
    expect(await gradeCommand(['simple-router', ...checks, '--wrong', 'net-as-host'])).toBe(1);
    expect(table.mock.calls.flat().join('\n')).toMatch(/Destination Host Unreachable[\s\S]*Score +1 \/ 2/);
    expect(await gradeCommand(['simple-router', ...checks, '--router', '/bin/false'])).toBe(2);
  },
);
