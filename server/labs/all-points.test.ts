import { expect, test } from 'vitest';
import { FakeBridge } from '../testing/fake-bridge.ts';
import { AllPoints } from './all-points.ts';
import type { PointsWatch } from './runtimes/runtime.ts';

const fakeState = new FakeBridge().state;

function setUp() {
  const calls: string[] = [];
  let refusal: string | undefined;
  let lose: (why: string) => void = () => undefined;
  const points = new AllPoints({
    network: {
      watchPoints: async (): Promise<PointsWatch> => {
        calls.push('begin');
        if (refusal !== undefined) throw new Error(refusal);
        return {
          onLost: (listener) => {
            lose = listener;
          },
          close: async () => {
            calls.push('end');
          },
        };
      },
    },
    bridge: { watchPoints: async () => undefined, state: fakeState },
    onChange: () => undefined,
  });
  return {
    points,
    calls,
    refuse: (why: string | undefined) => {
      refusal = why;
    },
    lose: (why: string) => lose(why),
    settled: () => points.ask(points.status.asked),
  };
}

test('[RUN13] hosts and switches are watched while it is asked for and a page looks, begun and ended once each', async () => {
  const { points, calls, settled } = setUp();
  await points.ask(true);
  expect(points.status).toMatchObject({ asked: true, watching: false });
  points.viewers = 1;
  points.viewers = 2;
  await settled();
  expect(points.status).toMatchObject({ watching: true, why: '' });
  points.viewers = 0;
  points.viewers = 1;
  points.viewers = 0;
  await settled();
  expect(points.status.watching).toBe(false);
  points.viewers = 1;
  await points.ask(false);
  await points.ask(true);
  await points.close();
  expect(points.status.watching).toBe(false);
  expect(calls.length % 2).toBe(0);
  expect(calls.every((call, i) => call === (i % 2 === 0 ? 'begin' : 'end'))).toBe(true);
  points.viewers = 5;
  await points.ask(true);
  expect(points.status.watching).toBe(false);
});

test('[RUN13] why it cannot be, or ended, is said; it is tried again when somebody asks again', async () => {
  const { points, calls, refuse, lose, settled } = setUp();
  points.viewers = 1;
  refuse('no sockets here');
  await points.ask(true);
  expect(points.status).toMatchObject({ asked: true, watching: false, why: 'no sockets here' });
  points.viewers = 2;
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(calls).toEqual(['begin']);
  refuse(undefined);
  await points.ask(true);
  expect(points.status).toMatchObject({ watching: true, why: '' });
  lose('It was killed.');
  // At no moment both: that it is watched, and why it is not.
  expect(points.status).toMatchObject({ asked: true, watching: false, why: 'It was killed.' });
  await points.ask(true);
  expect(points.status).toMatchObject({ watching: true, why: '' });
  lose('It was killed again.');
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(points.status).toMatchObject({ asked: true, watching: false, why: 'It was killed again.' });
  await settled();
  expect(points.status).toMatchObject({ watching: true, why: '' });
});
