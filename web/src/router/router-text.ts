import type { LabStatus, RouterProcess, RouterStatus } from '../../../server/contract/status.ts';
import { durationOf, plural } from '../state/text.ts';

/** The headline of a router that ended by itself: what, and how long after its last packet. */
export function endTitle(process: RouterProcess): string {
  const what =
    process.signal ?? (process.exitCode === undefined ? 'The router ended' : `Exit code ${process.exitCode}`);
  const { lastPacket } = process;
  return lastPacket === undefined
    ? `${what}, before its first packet`
    : `${what} ${msOf(lastPacket.msBefore)} after packet #${lastPacket.seq}`;
}

function msOf(ms: number): string {
  return ms < 1000 ? `${ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms)} ms` : durationOf(ms);
}

/** Program name and pid, how long it ran, what it did. */
export function endReason(process: RouterProcess): string {
  const ran = durationOf((process.endedMs ?? process.startedMs) - process.startedMs);
  return `${programOf(process)} (pid ${process.pid}) ran for ${ran} and routed ${plural(process.packetsRouted, 'packet')}.`;
}

/** The program's own name, without its path and arguments. */
export function programOf(process: RouterProcess): string {
  if (process.choice.kind === 'reference') return 'The reference router';
  const program = process.choice.kind === 'command' ? process.choice.argv[0] : process.command.split(' ')[0];
  return program?.split('/').at(-1) ?? process.command;
}

const anyAddress: readonly string[] = ['', '0.0.0.0', '::', '*'];
const loopback: readonly string[] = ['127.0.0.1', '::1', 'localhost'];

/** How a classic client is started against this lab. `pageHost`: the name by which this page reached the server. */
export function ownCommand(status: LabStatus, router: RouterStatus, pageHost: string): string {
  const { host, port } = status.vns;
  const name = loopback.includes(host) ? 'localhost' : anyAddress.includes(host) ? pageHost : host;
  return `./sr -s ${name} -p ${port} -v ${router.vhost}`;
}

/** Whether other machines can reach VNS: the sentence above the command says so. */
export function reachText(status: LabStatus): string {
  return loopback.includes(status.vns.host)
    ? 'Or start your own, on this machine'
    : 'Or start your own, on any machine that reaches this one';
}

/** Why nothing runs through a router that is not there yet. */
export function waitingReason(status: LabStatus): string {
  const up = status.switches.length > 0 && status.switches.every((each) => each.connected);
  return up
    ? 'The switch is ready; interfaces are sent on connect.'
    : 'The switch is not up yet; a router that connects now waits for it.';
}
