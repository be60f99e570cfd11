import { ipv4Text } from '../../codec/addresses.ts';
import type { Host } from '../host/api.ts';
import { HostError } from '../host/host-error.ts';
import { command, Failure, isLocal, resolveName, Waker } from './command.ts';
import { parseTraceroute, type TracerouteOptions, tracerouteUsage } from './traceroute-options.ts';
import { newProbe, type Probe, probeMethod } from './traceroute-probes.ts';

/** Added to what another probe took, when its time is the measure. */
const precisionUs = 1000;

/** "Modern traceroute for Linux" 2.1 (EP10–EP13): exits with 0 when it ran, whatever it found. */
export const traceroute = command({ text: tracerouteUsage, exitCode: 2 }, async (process) => {
  const { argv, host, stdout, scheduler, interrupted } = process;
  const options = parseTraceroute(argv);
  const target = resolveName(host, options.target);
  if (target === undefined) {
    const position = argv.lastIndexOf(options.target);
    throw new Failure(
      `${options.target}: Name or service not known\nCannot handle "host" cmdline arg \`${options.target}' on position 1 (argc ${position})\n`,
      2,
    );
  }
  const header = `traceroute to ${options.target} (${ipv4Text(target)}), ${options.maxHops} hops max, ${options.packetBytes} byte packets`;
  const mtu = wayOf(host, target);
  if (mtu === undefined) {
    stdout.write(options.method === 'udp' ? header : '');
    throw new Failure('\nconnect: Network is unreachable\n', 1);
  }
  stdout.write(header);
  const waker = new Waker(process);
  const method = probeMethod(host, target, mtu, options, () => waker.wake());
  const { queries } = options;
  const probes = Array.from({ length: options.maxHops * queries }, newProbe);
  const names = options.isNumeric ? undefined : host;
  let start = (options.firstHop - 1) * queries;
  let end = probes.length;
  let lastSentUs = Number.NEGATIVE_INFINITY;
  try {
    while (start < end) {
      if (interrupted.aborted) return 130;
      const nowUs = scheduler.nowUs();
      let nextUs = Number.POSITIVE_INFINITY;
      let waiting = 0;
      for (let at = start; at < end && waiting < options.atOnce; at++) {
        const probe = probes[at];
        if (probe === undefined) break;
        if (!probe.isDone && probe.sentUs !== undefined && nowUs >= probe.sentUs + patienceUs(probes, at, options)) {
          probe.isDone = true;
          probe.release();
        }
        if (!probe.isDone && probe.sentUs === undefined) {
          if (nowUs < lastSentUs + options.sendWaitUs) {
            nextUs = Math.min(nextUs, lastSentUs + options.sendWaitUs);
            break;
          }
          method.send(probe, Math.floor(at / queries) + 1);
          lastSentUs = nowUs;
        }
        if (probe.isDone) {
          if (at === start) {
            stdout.write(probeText(probes, at, queries, names));
            start += 1;
          }
          if (probe.isFinal) end = (Math.floor(at / queries) + 1) * queries;
          continue;
        }
        nextUs = Math.min(nextUs, (probe.sentUs ?? nowUs) + patienceUs(probes, at, options));
        waiting += 1;
      }
      await stdout.drained();
      if (start < end) await waker.until(nextUs);
    }
  } catch (fault) {
    if (!(fault instanceof HostError)) throw fault;
    throw new Failure(`\nsend: ${fault.message}\n`, 1);
  } finally {
    method.close();
    waker.close();
  }
  stdout.write('\n');
  return 0;
});

/** The MTU of the way out; undefined when there is no way. */
function wayOf(host: Host, target: number): number | undefined {
  const name = isLocal(host, target) ? 'lo' : host.routes.lookup(target)?.interface;
  return host.interfaces.find((one) => one.name === name)?.mtu;
}

/** How long a probe is waited for: by what others of its hop or of a later one took, and at most as -w says. */
function patienceUs(probes: readonly Probe[], at: number, { wait, queries }: TracerouteOptions): number {
  const hop = Math.floor(at / queries) * queries;
  const tookUs = (probe: Probe): number | undefined =>
    probe.isDone && probe.answeredUs !== undefined && probe.sentUs !== undefined && probe.answeredUs > probe.sentUs
      ? probe.answeredUs - probe.sentUs + precisionUs
      : undefined;
  if (wait.here > 0) {
    for (const probe of probes.slice(hop, hop + queries)) {
      const us = tookUs(probe);
      if (us !== undefined) return Math.min(wait.mostUs, us * wait.here);
    }
  }
  if (wait.near > 0) {
    for (const probe of probes.slice(hop + queries)) {
      if (probe.sentUs === undefined) break;
      const us = tookUs(probe);
      if (us !== undefined) return Math.min(wait.mostUs, us * wait.near);
    }
  }
  return wait.mostUs;
}

function probeText(probes: readonly Probe[], at: number, queries: number, names: Host | undefined): string {
  const probe = probes[at];
  const nth = at % queries;
  let text = nth === 0 ? `\n${String(Math.floor(at / queries) + 1).padStart(2)} ` : '';
  if (probe === undefined) return text;
  if (probe.from === undefined) text += ' *';
  else if (probes.slice(at - nth, at).findLast(({ from }) => from !== undefined)?.from !== probe.from) {
    const address = ipv4Text(probe.from);
    text += names === undefined ? ` ${address}` : ` ${names.nameOf(probe.from) ?? address} (${address})`;
  }
  if (probe.answeredUs !== undefined && probe.sentUs !== undefined)
    text += `  ${((probe.answeredUs - probe.sentUs) / 1000).toFixed(3)} ms`;
  return probe.mark === '' ? text : `${text} ${probe.mark}`;
}
