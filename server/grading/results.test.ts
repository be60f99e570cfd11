import { expect, test } from 'vitest';
import type { CheckResult, GradeRun } from '../contract/grade.ts';
import { gradescopeResults } from './results.ts';

const base = { requirement: 'Decrement first.', points: 2, score: 0, durationMs: 1500, steps: [] };
const failed: CheckResult = {
  ...base,
  id: 'ttl',
  title: 'TTL runs out',
  state: 'failed',
  steps: [
    {
      host: 'client',
      command: 'ping -t 1 192.168.2.2',
      passed: false,
      output: '1 received',
      truncated: false,
      exitCode: 0,
      timedOut: false,
      durationMs: 10,
      firstSeq: 1,
      lastSeq: 4,
      expectations: [
        { passed: true, because: 'right', expected: 'a', observed: 'a' },
        { passed: false, because: 'the sender is told', expected: '"exceeded"', observed: 'PING\n1 received' },
      ],
    },
  ],
};
const run: GradeRun = {
  lab: 'simple-router',
  state: 'done',
  startedMs: 0,
  score: 3,
  maxScore: 7,
  checks: [
    { ...base, id: 'arp', title: 'ARP', state: 'passed', points: 3, score: 3, durationMs: 250 },
    failed,
    { ...base, id: 'late', title: 'Late', state: 'skipped', durationMs: 0 },
  ],
};

test('[GRADE8] the whole results format, with what to mend in the output of each test', () => {
  expect(gradescopeResults(run)).toEqual({
    score: 3,
    max_score: 7,
    output: '1 of 3 checks pass: 3 of 7 points.',
    execution_time: 1.75,
    visibility: 'visible',
    stdout_visibility: 'visible',
    extra_data: { lab: 'simple-router', state: 'done', checks: ['arp'] },
    tests: [
      {
        name: '1. ARP',
        number: '1',
        score: 3,
        max_score: 3,
        status: 'passed',
        output: '0 of 0 steps are right.',
        visibility: 'visible',
      },
      {
        name: '2. TTL runs out',
        number: '2',
        score: 0,
        max_score: 2,
        status: 'failed',
        output: [
          'Decrement first.',
          '',
          'client$ ping -t 1 192.168.2.2',
          '  the sender is told',
          '    expected: "exceeded"',
          '    observed: PING',
          '              1 received',
        ].join('\n'),
        visibility: 'visible',
      },
      {
        name: '3. Late',
        number: '3',
        score: 0,
        max_score: 2,
        status: 'failed',
        output: 'This check was skipped, as the run ended before it.',
        visibility: 'visible',
      },
    ],
  });
});

test('[GRADE8] why a run ended early is in its output', () => {
  const error = {
    code: 'router-not-ready',
    title: 'The router is not ready',
    status: 409,
    detail: 'router ended with SIGSEGV.',
  };
  expect(gradescopeResults({ ...run, error }).output).toMatch(
    /\nThe router is not ready: router ended with SIGSEGV\.$/,
  );
});
