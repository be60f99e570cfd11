import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RouterChoice } from '../contract/status.ts';
import { projectDir } from '../labs/project-paths.ts';
import { LabsUnderTest, ready, simpleRouter } from '../labs/testing/labs-under-test.ts';
import { createGrader } from './grader.ts';

const bench = new LabsUnderTest('emulated');
const gcc = ['/usr/bin/gcc', '/usr/local/bin/gcc'].find((path) => existsSync(path)) ?? '';
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'findings-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs every check of the lab against a router; what it is blamed for, in all of its packets. */
async function blamedFor(
  choice: RouterChoice,
): Promise<{ readonly score: number; readonly blamed: readonly string[] }> {
  await using labs = await bench.open();
  const run = await ready(labs, choice);
  const grader = createGrader({ labs, log: pino({ level: 'silent' }) });
  try {
    grader.run(simpleRouter);
    const { score } = await grader.settled(simpleRouter);
    const { findings, isComplete, packets } = await run.bridge.call('expert:findings', { after: 0, limit: 2000 });
    expect(isComplete).toBe(true);
    expect(packets).toBeGreaterThan(300);
    const blamed = findings
      .filter(({ severity }) => severity !== 'note')
      .map(({ kind, seqs, sentence }) => `${kind} #${seqs.join(' #')}: ${sentence}`);
    return { score, blamed };
  } finally {
    await grader.close();
  }
}

describe('findings over every check of the lab', { timeout: 60_000 }, () => {
  test('[WB107] the reference router earns all points, no error and no warning', async () => {
    expect(await blamedFor({ kind: 'reference' })).toEqual({ score: 25, blamed: [] });
  });

  test.skipIf(gcc === '')('[WB107] so does a C router with the habits of the classic ones', async () => {
    const sources = ['sr.c', 'sha1.c'].map((name) => join(projectDir, 'bridge/testing/c-router', name));
    execFileSync(gcc, ['-std=gnu11', '-O2', '-o', join(folder, 'sr'), ...sources, '-lpthread']);
    const argv = ['./sr', '-s', '{host}', '-p', '{port}', '-v', '{vhost}', '-r', '{rtable}', '-t', '300'];
    expect(await blamedFor({ kind: 'command', argv, cwd: folder })).toEqual({ score: 25, blamed: [] });
  });
});
