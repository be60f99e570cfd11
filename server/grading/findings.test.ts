import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

const argv = ['./sr', '-s', '{host}', '-p', '{port}', '-v', '{vhost}', '-r', '{rtable}', '-t', '300'];
const cRouter = join(projectDir, 'bridge/testing/c-router');
/** Compiles the C router, changed. */
function compiled(name: string, change: (source: string) => string): RouterChoice {
  const cwd = join(folder, name);
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'sr.c'), change(readFileSync(join(cRouter, 'sr.c'), 'utf8')));
  const sources = [join(cwd, 'sr.c'), join(cRouter, 'sha1.c'), '-I', cRouter];
  execFileSync(gcc, ['-std=gnu11', '-O2', '-o', join(cwd, 'sr'), ...sources, '-lpthread']);
  return { kind: 'command', argv, cwd };
}

/**
 * Runs checks of the lab (without `checks` all) against a router: its points, what it missed them for, and what it is
 * blamed for in all of its packets.
 */
async function blamedFor(
  choice: RouterChoice,
  checks?: readonly string[],
): Promise<{ readonly score: number; readonly unmet: readonly string[]; readonly blamed: readonly string[] }> {
  await using labs = await bench.open();
  const run = await ready(labs, choice);
  const grader = createGrader({ labs, log: pino({ level: 'silent' }) });
  try {
    grader.run(simpleRouter, checks);
    const { score, checks: results } = await grader.settled(simpleRouter);
    const unmet = results.flatMap(({ id, steps }) =>
      steps.flatMap((step) =>
        step.expectations.filter(({ passed }) => !passed).map(({ because }) => `${id}: ${because}\n${step.output}`),
      ),
    );
    const { findings, isComplete, packets } = await run.bridge.call('expert:findings', { after: 0, limit: 2000 });
    expect(isComplete).toBe(true);
    expect(packets).toBeGreaterThan(50);
    const blamed = findings
      .filter(({ severity }) => severity !== 'note')
      .map(({ kind, seqs, sentence }) => `${kind} #${seqs.join(' #')}: ${sentence}`);
    return { score, unmet, blamed };
  } finally {
    await grader.close();
  }
}

describe('findings over every check of the lab', { timeout: 60_000 }, () => {
  test('[WB107] the reference router earns all points, no error and no warning', async () => {
    expect(await blamedFor({ kind: 'reference' })).toEqual({ score: 25, unmet: [], blamed: [] });
  });

  test.skipIf(gcc === '')('[WB107] so does a C router with the habits of the classic ones', async () => {
    expect(await blamedFor(compiled('right', (source) => source))).toEqual({ score: 25, unmet: [], blamed: [] });
  });

  test.skipIf(gcc === '')('[WB103] one that leaves the TTL as it is is told so, packet by packet', async () => {
    const wrong = compiled('wrong', (source) => source.replace('ip->ttl--;', ''));
    const { blamed } = await blamedFor(wrong, ['hosts-ping-hosts']);
    expect(blamed.length).toBeGreaterThan(10);
    for (const text of blamed)
      expect(text).toMatch(/^ttl-not-decremented #\d+ #\d+: eth\d: TTL 64 left as 64; it must be 63\.$/);
  });
});
