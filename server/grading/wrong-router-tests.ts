import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isWrong, type Wrong, wrongs } from '../../bridge/router/wrong.ts';
import type { GradeRun } from '../contract/grade.ts';
import type { RouterChoice } from '../contract/status.ts';
import type { Labs } from '../labs/lab-service.ts';
import { createLabs } from '../labs/labs.ts';
import { catalogDir, projectDir } from '../labs/project-paths.ts';
import type { Runtime } from '../labs/runtimes/runtime.ts';
import { createGrader, type Grader } from './grader.ts';
import { checkReport } from './results.ts';

const lab = 'simple-router';
/** Checks whose pings wait for three answers. */
const pings = ['client-pings-router', 'server1-pings-router', 'server2-pings-router', 'hosts-ping-hosts'];
const gcc = ['/usr/bin/gcc', '/usr/local/bin/gcc'].find((path) => existsSync(path)) ?? '';

/**
 * Every router against every check on one runtime (GRADE10): the same scenarios with the same results on each. One lab for
 * all of them; only its router changes.
 */
export function wrongRouterTests(runtime: Runtime): void {
  const log = pino({ level: 'silent' });
  const folder = mkdtempSync(join(tmpdir(), 'wrong-routers-'));
  let labs: Labs;
  let grader: Grader;

  beforeAll(async () => {
    labs = await createLabs({
      catalogDir,
      runtimes: [runtime],
      defaultRuntime: runtime.kind,
      log,
      vnsHost: '127.0.0.1',
      vnsPort: 0,
    });
    grader = createGrader({ labs, log });
    await labs.start(lab, { router: { kind: 'network' } });
    while (labs.status(lab).phase === 'starting') await new Promise((resolve) => setTimeout(resolve, 20));
  });
  afterAll(async () => {
    await grader?.close();
    await labs?.close();
    rmSync(folder, { recursive: true });
  });

  /** Runs checks against a router of its own. */
  async function gradeOf(choice: RouterChoice, checks?: readonly string[]): Promise<GradeRun> {
    await labs.startRouter(lab, 'router', choice);
    try {
      await labs.run(lab).whenReady(15_000);
      grader.run(lab, checks);
      return await grader.settled(lab);
    } finally {
      await labs.stopRouter(lab, 'router');
    }
  }
  const reference = (...faults: Wrong[]): RouterChoice => ({
    kind: 'reference',
    flags: faults.map((fault) => `--wrong=${fault}`),
  });
  const reportOf = (run: Pick<GradeRun, 'checks'>): string =>
    run.checks
      .filter(({ state }) => state !== 'passed')
      .map((check) => `${check.id} ${check.state}\n${checkReport(check)}`)
      .join('\n\n');

  test('[GRADE10] the reference router earns all 25 points', async () => {
    const run = await gradeOf(reference());
    expect(reportOf(run)).toBe('');
    expect(run).toMatchObject({ state: 'done', score: 25, maxScore: 25 });
    expect(
      run.checks.every(({ steps }) => steps.every(({ firstSeq, lastSeq }) => 0 < firstSeq && firstSeq <= lastSeq)),
    ).toBe(true);
  });

  test.skipIf(gcc === '').each([
    ['with the habits of the classic ones', []],
    ['whose errors come from the interface that they leave by', ['-DUNREACHABLE_FROM_INTERFACE']],
  ])('[GRADE10] a C router %s earns them unchanged', async (_habit, flags) => {
    const sources = ['sr.c', 'sha1.c'].map((name) => join(projectDir, 'bridge/testing/c-router', name));
    execFileSync(gcc, ['-std=gnu11', '-O2', ...flags, '-o', join(folder, 'sr'), ...sources, '-lpthread']);
    const argv = ['./sr', '-s', '{host}', '-p', '{port}', '-v', '{vhost}', '-r', '{rtable}', '-t', '300'];
    const run = await gradeOf({ kind: 'command', argv, cwd: folder });
    expect(reportOf(run)).toBe('');
    expect(run.score).toBe(25);
  });

  test('[GRADE11] an answer that comes late is an answer', async () => {
    await labs.startRouter(lab, 'router', reference());
    const { bridge } = labs.run(lab);
    try {
      await labs.run(lab).whenReady(15_000);
      for (const port of [1, 2, 3])
        await bridge.call('fault:set', {
          id: `late-${port}`,
          where: { kind: 'interface', router: 'router', port, direction: 'out' },
          what: { kind: 'delay', ms: 700, jitterMs: 0 },
          which: { filter: 'icmp.type == 0 && icmp.seq >= 3' },
          seed: 1,
          when: { afterMs: 0, forMs: 0 },
        });
      grader.run(lab, pings);
      const { checks } = await grader.settled(lab);
      expect(reportOf({ checks: checks.filter(({ id }) => pings.includes(id)) })).toBe('');
    } finally {
      await bridge.call('fault:stop-all', {});
      await labs.stopRouter(lab, 'router');
    }
  });

  // arping takes three seconds: the check of ARP runs with its own fault, and once with all the others at the same time.
  const arp = 'arp-gateways';
  const faults = Object.keys(wrongs).filter(isWrong);
  const isAboutArp = (fault: Wrong): boolean => wrongs[fault].fails.some((id) => id === arp);
  const states = (run: GradeRun, asked: readonly string[]): Record<string, string> =>
    Object.fromEntries(run.checks.filter(({ id }) => asked.includes(id)).map(({ id, state }) => [id, state]));

  test.each(faults)('[GRADE10] %s fails its check and no other', async (fault) => {
    const all = labs.detail(lab).lab.checks.map(({ id }) => id);
    const asked = isAboutArp(fault) ? all : all.filter((id) => id !== arp);
    const fails: readonly string[] = wrongs[fault].fails;
    const run = await gradeOf(reference(fault), asked);
    expect(states(run, asked)).toEqual(
      Object.fromEntries(asked.map((id) => [id, fails.includes(id) ? 'failed' : 'passed'])),
    );
  });

  test('[GRADE10] no fault but its own fails the check of ARP', async () => {
    const others = faults.filter((fault) => !isAboutArp(fault));
    expect(states(await gradeOf(reference(...others), [arp]), [arp])).toEqual({ [arp]: 'passed' });
  });

  test('[GRADE7] a router that is killed while it is checked is an error with its reason', async () => {
    await labs.startRouter(lab, 'router', reference());
    await labs.run(lab).whenReady(15_000);
    grader.run(lab, [arp]);
    const pid = labs.status(lab).routers[0]?.process?.pid;
    if (pid === undefined) throw new Error('the router has no process');
    await new Promise((resolve) => setTimeout(resolve, 300));
    process.kill(pid, 'SIGSEGV');
    const run = await grader.settled(lab);
    expect(run).toMatchObject({ state: 'done', error: { code: 'router-not-ready' } });
    expect(run.error?.detail).toMatch(/^router crashed: SIGSEGV \d+ ms after packet #\d+\.$/);
    expect(states(run, [arp])).toEqual({ [arp]: 'error' });
  });
}
