import { expect } from 'vitest';
import { decodeTraceBatch, type TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { unanswered } from '../../../bridge/testing/pings.ts';
import type { LabRun } from '../lab-service.ts';
import { ping, ready, reference, type Scenarios, simpleRouter } from './labs-under-test.ts';
import { until } from './until.ts';

/** All records of a lab's log. */
async function records(run: LabRun): Promise<TraceRecord[]> {
  return decodeTraceBatch(await run.bridge.readTrace(0, 100_000)).records;
}

/** `client sw0:3` …: the way of a frame, from where it was seen first to `last`. */
function wayTo(all: readonly TraceRecord[], last: TraceRecord): TraceRecord[] {
  const way = [last];
  for (let at = last; at.parents.length > 0 && at.rule === 'same frame'; ) {
    const parent = all.find(({ seq }) => seq === at.parents[0]);
    if (parent === undefined) break;
    way.unshift(parent);
    at = parent;
  }
  return way;
}

const isIcmp = ({ frame }: TraceRecord, type: number): boolean =>
  frame[12] === 8 && frame[13] === 0 && frame[23] === 1 && frame[34] === type;

/** Points beyond the bridge's own, the same on every runtime. */
export const pointsScenarios: Scenarios = {
  '[RUN13][TR12] one ping is seen at every point in the order in which it was there, each linked to the one before':
    async (bench) => {
      await using labs = await bench.open();
      const run = await ready(labs);
      labs.setViewers(simpleRouter, 1);
      await labs.setPoints(simpleRouter, true);
      expect(labs.status(simpleRouter).points).toMatchObject({ asked: true, watching: true, why: '' });
      expect(await ping(run)).toContain('1 received');
      const all = await until('the answer at the client', async () => {
        const found = await records(run);
        return found.some((each) => each.point === 'host.rx' && each.node === 'client' && isIcmp(each, 0)) && found;
      });
      const router = labs.status(simpleRouter).routers[0]?.name ?? '';
      const way = (type: number, host: string) => {
        const last = all.find((each) => each.point === 'host.rx' && each.node === host && isIcmp(each, type));
        return last === undefined ? [] : wayTo(all, last);
      };
      const toRouter = all.find((each) => each.point === 'to_router' && isIcmp(each, 8));
      const asked = [...(toRouter === undefined ? [] : wayTo(all, toRouter)), ...way(8, 'server1')];
      expect(asked.map(({ point, node, port }) => [point, node, port])).toEqual([
        ['host.tx', 'client', 0],
        ['sw.rx', 'sw0', 3],
        ['packet_in', 'sw0', 3],
        ['to_router', router, 3],
        ['from_router', router, 1],
        ['packet_out', 'sw0', 1],
        ['sw.tx', 'sw0', 1],
        ['host.rx', 'server1', 0],
      ]);
      const answered = way(0, 'client');
      expect(answered.map(({ point }) => point)).toEqual(['from_router', 'packet_out', 'sw.tx', 'host.rx']);
      for (const [i, each] of asked.entries()) {
        const next = asked[i + 1];
        if (next === undefined) continue;
        expect(next.seq).toBeGreaterThan(each.seq);
        expect(next.tUs - each.tUs).toBeGreaterThan(-1000);
        expect(next.tUs - each.tUs).toBeLessThan(1_000_000);
      }
      expect(labs.status(simpleRouter).points).toMatchObject({ missed: 0, bypassed: 0 });

      // Nobody looks: nothing is seen any more.
      labs.setViewers(simpleRouter, 0);
      await until('the end of it', () => labs.status(simpleRouter).points?.watching === false);
      const before = (await records(run)).length;
      expect(await ping(run)).toContain('1 received');
      const own = new Set(['packet_in', 'to_router', 'from_router', 'packet_out']);
      const later = (await records(run)).slice(before);
      expect(later.length).toBeGreaterThanOrEqual(8);
      expect(later.filter(({ point }) => !own.has(point))).toEqual([]);
      await until('a state without points', () => run.bridge.state.points === undefined);
    },

  '[RUN13][TR14] what a learning switch forwards by itself is seen, linked past the controller, and counted': async (
    bench,
  ) => {
    await using labs = await bench.open();
    const id = 'learning-switch';
    await labs.setPoints(id, true);
    labs.setViewers(id, 1);
    const run = await ready(labs, reference, id);
    await until('a watch', () => labs.status(id).points?.watching);
    const [from, to] = run.lab.hosts;
    const address = to?.address.split('/')[0] ?? '';
    const argv = ['ping', '-c', '5', '-i', '0.2', '-w', '8', address];
    expect(unanswered((await run.network.exec(from?.name ?? '', argv, { timeoutMs: 10_000 })).output, 5)).toEqual([]);
    const bypassing = await until('a frame that bypassed the controller', async () => {
      const all = await records(run);
      const passed = all.filter(({ point, parents }) => {
        const parent = all.find(({ seq }) => seq === parents[0]);
        return point === 'sw.tx' && parent?.point === 'sw.rx';
      });
      return passed.length >= 6 && passed;
    });
    await until('its count', () => (labs.status(id).points?.bypassed ?? 0) >= bypassing.length);
  },
};
