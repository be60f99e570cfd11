import type { Network } from '../../server/labs/runtimes/runtime.ts';

/** Round trips of real pings from a host to an address, ms; rejects when none is answered. */
export async function ping(
  network: Network,
  host: string,
  address: string,
  args: readonly string[],
): Promise<number[]> {
  const { output } = await network.exec(host, ['ping', ...args, address], { timeoutMs: 60_000 });
  const rtts = [...output.matchAll(/time=([\d.]+) ms/g)].map((match) => Number(match[1]));
  if (rtts.length === 0) throw new Error(`no answer to ping:\n${output}`);
  return rtts;
}
