import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import type { GradeRun } from '../contract/grade.ts';
import type { Check } from '../contract/lab.ts';
import { GradingLabs, variable } from '../testing/grading-labs.ts';
import { createGrader, type Grader } from './grader.ts';

const step = (argv: string[], matches = 'yes'): Check['steps'][number] => ({
  host: 'client',
  argv,
  timeoutMs: 1000,
  expect: [{ kind: 'output', matches, because: 'it says yes' }],
});
const check = (id: string, points: number, ...steps: Check['steps']): Check => ({
  id,
  title: `Title of ${id}`,
  points,
  requirement: `Requirement of ${id}.`,
  steps,
});
const checks = [
  check('one', 2, step(['a'])),
  check('two', 3, step(['b']), step(['c'])),
  check('three', 5, step(['d'])),
];

function setUp(all: readonly Check[] = checks): { labs: GradingLabs; grader: Grader; progress: GradeRun[] } {
  const labs = new GradingLabs(all);
  const grader = createGrader({ labs, log: pino({ level: 'silent' }) });
  const progress: GradeRun[] = [];
  grader.onProgress((run) => progress.push(run));
  return { labs, grader, progress };
}
const states = (run: GradeRun): string[] => run.checks.map(({ state }) => state);
const lab = 'simple-router';

describe('a run', () => {
  test('[GRADE1] answers at once, tells its progress and ends with the score', async () => {
    const { labs, grader, progress } = setUp();
    labs.exec = async (_, [name]) => ({ output: name === 'c' ? 'no' : 'yes' });
    expect(grader.current(lab)).toMatchObject({ state: 'idle', score: 0, maxScore: 10 });
    expect(grader.run(lab)).toMatchObject({ state: 'running', score: 0 });
    const run = await grader.settled(lab);
    expect(run).toMatchObject({ state: 'done', score: 7, maxScore: 10 });
    expect(states(run)).toEqual(['passed', 'failed', 'passed']);
    expect(progress.map(states)).toContainEqual(['passed', 'running', 'waiting']);
    expect(progress.at(-1)).toEqual(run);
    expect(labs.scores).toEqual([7]);
  });

  test('[GRADE1] one at a time, on a lab that runs and has a router', async () => {
    const { labs, grader } = setUp();
    grader.run(lab);
    expect(() => grader.run(lab)).toThrow(expect.objectContaining({ code: 'checks-running' }));
    await grader.settled(lab);
    expect(() => grader.run(lab, ['one', 'nine'])).toThrow('expected some of one, two, three, found nine');
    expect(() => grader.run('other')).toThrow(expect.objectContaining({ code: 'not-found' }));
    labs.router = { ...labs.router, state: 'absent' };
    expect(() => grader.run(lab)).toThrow(expect.objectContaining({ code: 'router-not-ready' }));
    labs.phase = 'stopping';
    expect(() => grader.run(lab)).toThrow(expect.objectContaining({ code: 'lab-not-running' }));
  });

  test('[GRADE2] some checks keep the results of the others', async () => {
    const { labs, grader } = setUp();
    labs.exec = async (_, [name]) => ({ output: name === 'c' ? 'no' : 'yes' });
    grader.run(lab);
    await grader.settled(lab);
    labs.exec = async () => ({ output: 'yes' });
    expect(states(grader.run(lab, ['two']))).toEqual(['passed', 'running', 'passed']);
    expect(await grader.settled(lab)).toMatchObject({ state: 'done', score: 10 });
    expect(labs.scores).toEqual([7, 10]);
  });

  test('[GRADE3] steps run one after the other, those of a parallel check at once', async () => {
    const order: string[] = [];
    const steps = [step(['a']), step(['b'])];
    const { labs, grader } = setUp([
      check('serial', 1, ...steps),
      { ...check('parallel', 1, ...steps), parallel: true },
    ]);
    labs.exec = async (_, [name]) => {
      order.push(`+${name}`);
      await new Promise((resolve) => setTimeout(resolve, name === 'a' ? 20 : 10));
      order.push(`-${name}`);
      return { output: 'yes' };
    };
    grader.run(lab);
    const run = await grader.settled(lab);
    expect(order).toEqual(['+a', '-a', '+b', '-b', '+a', '+b', '-b', '-a']);
    expect(run.checks[1]?.steps.map(({ command }) => command)).toEqual(['a', 'b']);
  });

  test('[GRADE4] variables stand for what the running lab knows', async () => {
    const argv = ['arping', variable('router.eth3.address'), variable('router.eth1.mac')];
    const { labs, grader } = setUp([check('arp', 1, step(argv, `\\[${variable('router.eth3.mac')}\\]`))]);
    labs.exec = async () => ({ output: 'Unicast reply from 10.0.1.1 [0E:00:00:00:00:03]  0.7ms' });
    grader.run(lab);
    const run = await grader.settled(lab);
    expect(states(run)).toEqual(['passed']);
    expect(run.checks[0]?.steps[0]?.command).toBe(`arping 10.0.1.1 ${variable('router.eth1.mac')}`);
  });

  test('[GRADE5] a command that does not end fails its step and says so', async () => {
    const { labs, grader } = setUp([check('slow', 1, step(['a']))]);
    labs.exec = async () => ({ output: 'yes', timedOut: true, exitCode: null, signal: 'SIGKILL', durationMs: 1004 });
    grader.run(lab);
    const run = await grader.settled(lab);
    expect(states(run)).toEqual(['failed']);
    expect(run.checks[0]?.steps[0]?.expectations[0]).toEqual({
      passed: false,
      because: 'the command ends by itself',
      expected: 'ends within 1 s',
      observed: 'was still running after 1.0 s and was stopped',
    });
  });
});

describe('a run that ends early', () => {
  const never = (): Promise<never> => new Promise(() => {});

  test('[GRADE6] stop skips what was not judged, also when a command hangs', async () => {
    const { labs, grader } = setUp();
    labs.exec = async (_, [name]) => (name === 'b' ? never() : { output: 'yes' });
    grader.run(lab);
    while (states(grader.current(lab))[1] !== 'running') await new Promise((resolve) => setTimeout(resolve, 5));
    const run = await grader.stop(lab);
    expect(run).toMatchObject({ state: 'stopped', score: 2 });
    expect(states(run)).toEqual(['passed', 'skipped', 'skipped']);
    expect(run.error).toBeUndefined();
    expect(await grader.stop(lab)).toBe(run);
    expect(labs.scores).toEqual([]);
  });

  test('[GRADE7] a router that dies is an error with its reason, not a hang', async () => {
    const { labs, grader } = setUp();
    labs.exec = async (_, [name]) => {
      if (name !== 'b') return { output: 'yes' };
      labs.router = {
        ...labs.router,
        state: 'absent',
        process: {
          state: 'ended',
          choice: { kind: 'reference' },
          command: 'sr',
          pid: 1,
          startedMs: 0,
          signal: 'SIGSEGV',
          stopped: false,
          packetsRouted: 1,
          lastPacket: { seq: 431, msBefore: 12 },
        },
      };
      labs.changed();
      return never();
    };
    grader.run(lab);
    const run = await grader.settled(lab);
    expect(states(run)).toEqual(['passed', 'error', 'skipped']);
    expect(run).toMatchObject({
      state: 'done',
      error: { code: 'router-not-ready', detail: 'router crashed: SIGSEGV 12 ms after packet #431.' },
    });
  });

  test('[GRADE7] also when the command ended before the news of it came', async () => {
    const { labs, grader } = setUp();
    labs.exec = async () => {
      labs.router = { ...labs.router, state: 'absent' };
      return { output: 'yes' };
    };
    grader.run(lab);
    const run = await grader.settled(lab);
    expect(states(run)).toEqual(['error', 'skipped', 'skipped']);
    expect(run.error?.detail).toBe('router is absent, expected ready.');
  });

  test('[GRADE7] a command that cannot be run is an error of the run', async () => {
    const { labs, grader } = setUp();
    labs.exec = async () => {
      throw new Error('no such host');
    };
    grader.run(lab);
    const run = await grader.settled(lab);
    expect(run.error).toMatchObject({ code: 'internal', detail: 'Check one could not be run: no such host' });
    labs.exec = async () => ({ output: 'yes' });
    grader.run(lab);
    expect((await grader.settled(lab)).error).toBeUndefined();
  });
});
