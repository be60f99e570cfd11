import { setTimeout as delay } from 'node:timers/promises';

type Found<T> = Exclude<T, undefined | null | false | '' | 0>;
const isFound = <T>(value: T): value is Found<T> & T => Boolean(value);

/** What `probe` finds, asked every 10 ms; rejects after 10 s. */
export async function until<T>(what: string, probe: () => T | Promise<T>): Promise<Found<T>> {
  for (let tries = 0; tries < 1000; tries++) {
    const value = await probe();
    if (isFound(value)) return value;
    await delay(10);
  }
  throw new Error(`${what} did not come true within 10 s`);
}
