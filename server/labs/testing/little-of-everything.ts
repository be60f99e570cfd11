import type { Wrong } from '../../../bridge/router/wrong.ts';
import type { RouterChoice } from '../../contract/status.ts';
import type { LabRun } from '../lab-service.ts';

/** The reference router with these faults. */
export const reference = (...faults: Wrong[]): RouterChoice & { readonly kind: 'reference' } => ({
  kind: 'reference',
  flags: faults.map((fault) => `--wrong=${fault}`),
});

const commands: readonly (readonly [host: string, ...argv: string[]])[] = [
  ['client', 'arping', '-c', '1', '-I', 'client-eth0', '10.0.1.1'],
  ['client', 'ping', '-c', '3', '-i', '0.2', '-W', '1', '10.0.1.1'],
  ['client', 'ping', '-c', '1', '-W', '1', '192.168.2.2'],
  ['client', 'ping', '-c', '1', '-W', '1', '-t', '1', '192.168.2.2'],
  ['client', 'ping', '-c', '1', '-W', '1', '-t', '1', '10.0.1.1'],
  ['client', 'ping', '-c', '1', '-W', '1', '8.8.8.8'],
  ['client', 'wget', '-O', '/dev/null', '-T', '2', '-t', '1', 'http://10.0.1.1/'],
  ['client', 'wget', '-O', '/dev/null', '-T', '2', '-t', '1', 'http://192.168.2.2/'],
  ['client', 'traceroute', '-n', '-q', '1', '-w', '1', '-m', '3', '192.168.2.2'],
];

/** What a router does, each once: where one is wrong in a single thing, it shows. */
export async function littleOfEverything(run: LabRun): Promise<void> {
  for (const [host, ...argv] of commands) await run.network.exec(host, argv, { timeoutMs: 10_000 });
}
