import type { LabRun } from '../../server/labs/lab-service.ts';
import { type Figure, figure, quantile } from '../figure.ts';
import { hostTook } from '../host-took.ts';
import { ping } from './ping.ts';
import type { SwitchAlone } from './switch-alone.ts';

const fullRate = 10_000;
const seconds = 10;
const warmUpSeconds = 3;
const port = 9000;

/**
 * Round trips of real pings client → server1 through Open vSwitch, the bridge and the router, at two rates; beside them,
 * in turns, those through a switch alone, where there is one.
 */
export async function measurePing(run: LabRun, alone: SwitchAlone | undefined, runs: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  // At 10 a second every process on the way has gone cold in between; at 500 a second it has not.
  for (const [id, interval, count] of [
    ['ping-10hz', '0.1', '50'],
    ['ping-500hz', '0.002', '1000'],
  ] as const) {
    const medians: number[] = [];
    const tails: number[] = [];
    const values: number[] = [];
    const taken: number[] = [];
    for (let i = 0; i < runs; i++) {
      const took = hostTook();
      const args = ['-i', interval, '-c', count];
      const rtts = await ping(run.network, 'client', '192.168.2.2', args);
      medians.push(quantile(rtts, 0.5));
      tails.push(quantile(rtts, 0.99));
      taken.push(took());
      if (alone) values.push(quantile(await alone.ping(args), 0.5));
    }
    figures.push(
      figure(`${id}-p50`, 'ms', medians, {
        goal: { atMost: 1 },
        ...(alone && { peer: { name: 'a switch and a controller in C, no router', values, inTurns: true } }),
      }),
      figure(`${id}-p99`, 'ms', tails),
      figure(`${id}-host-took`, '%', taken),
    );
  }
  return figures;
}

/** One way, UDP with 16 bytes of payload: 10,000 packets a second for ten seconds. */
export async function measureLoad(run: LabRun, runs: number, program: string, id: string): Promise<Figure[]> {
  const rates: number[] = [];
  const lost: number[] = [];
  const p50: number[] = [];
  const p99: number[] = [];
  const taken: number[] = [];
  await load(run, program, fullRate, warmUpSeconds); // code is compiled and ARP answered before the clock starts
  for (let i = 0; i < runs; i++) {
    const took = hostTook();
    const each = await load(run, program, fullRate, seconds);
    taken.push(took());
    rates.push(each.sentPerSecond);
    lost.push(each.lost);
    p50.push(each.p50Ms);
    p99.push(each.p99Ms);
  }
  return [
    figure(`${id}-sent`, 'packets/s', rates, { goal: { atLeast: fullRate * 0.99 } }),
    figure(`${id}-lost`, 'packets', lost, { goal: { atMost: 0 } }),
    figure(`${id}-p50`, 'ms', p50),
    figure(`${id}-p99`, 'ms', p99, { goal: { atMost: 10 } }),
    figure(`${id}-host-took`, '%', taken),
  ];
}

/** What a load came to: how fast it really was, packets lost, and how long the others took from host to host. */
export interface LoadResult {
  readonly sentPerSecond: number;
  readonly lost: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Sends `rate` packets a second from client to server1. */
export async function load(run: LabRun, program: string, rate: number, forSeconds: number): Promise<LoadResult> {
  const receive = [program, 'receive', String(port), String(rate * forSeconds), '2000'];
  const receiving = run.network.exec('server1', receive, { timeoutMs: 120_000 });
  const send = [program, 'send', '192.168.2.2', String(port), String(rate), String(forSeconds)];
  const { output: sent } = await run.network.exec('client', send, { timeoutMs: 120_000 });
  const { output: received } = await receiving;
  return {
    sentPerSecond: number(sent, 'sent') / number(sent, 'seconds'),
    lost: number(sent, 'sent') - number(received, 'received'),
    p50Ms: number(received, 'p50Us') / 1000,
    p99Ms: number(received, 'p99Us') / 1000,
  };
}

/** A number of the load generator's JSON. */
function number(output: string, key: string): number {
  const found = new RegExp(`"${key}":([\\d.]+)`).exec(output)?.[1];
  if (found === undefined) throw new Error(`no ${key} in: ${output}`);
  return Number(found);
}
