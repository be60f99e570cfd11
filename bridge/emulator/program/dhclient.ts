import { ipv4Text } from '../../codec/addresses.ts';
import type { Host, HostInterface } from '../host/api.ts';
import { type DhcpClient, type DhcpEvent, startDhcpClient } from '../host/dhcp-client.ts';
import { command, Failure, orFail } from './command.ts';
import { parseOptions } from './options.ts';
import type { Process } from './program.ts';
import { Interrupted, interruptedExitCode, TimedOut, within } from './waiting.ts';

const usage = `Usage: dhclient [-v] [-1] [-r] interface
  -v   say what is sent and received
  -1   give up when nobody offers an address within a minute
  -r   give the address back, and end
`;
const patienceUs = 60_000_000;

/** What keeps the addresses of a host after `dhclient` went into the background; gone with the host. */
const running = new WeakMap<Host, Map<string, DhcpClient>>();

/** ISC's dhclient (EP26): silent without -v; it stays in the background and renews. */
export const dhclient = command({ text: usage, exitCode: 1 }, async (process) => {
  const { argv, host, stderr } = process;
  const options = parseOptions({ short: 'v1rh' }, argv);
  if (options.has('h')) throw new Failure(usage, 0);
  const [name, ...more] = options.operands;
  if (name === undefined || more.length > 0) throw new Failure(usage, 1);
  const device = host.interfaces.find((one) => one.name === name);
  if (device === undefined) throw new Failure(`Cannot find device "${name}"\n`, 1);
  const say = (text: string): void => {
    if (options.has('v')) stderr.write(text);
  };
  say(`Listening on LPF/${name}/${device.mac}\nSending on   LPF/${name}/${device.mac}\n`);
  const clients = running.get(host) ?? new Map<string, DhcpClient>();
  running.set(host, clients);
  if (options.has('r')) {
    release(clients, device, say);
    return 0;
  }
  if (clients.has(name))
    throw new Failure(`dhclient: one is running for ${name} already; dhclient -r ${name} ends it\n`, 1);
  // What happens once it is in the background is not for this terminal.
  let isHere = true;
  const tell = (event: DhcpEvent): void => {
    if (isHere) say(textOf(event, device, host.scheduler.nowUs()));
  };
  const client = orFail(
    () => startDhcpClient(host, name, tell),
    (error) => `dhclient: ${error.message}\n`,
    1,
  );
  clients.set(name, client);
  try {
    return await wait(process, client, clients, name, options.has('1'));
  } finally {
    isHere = false;
  }
});

async function wait(
  process: Process,
  client: DhcpClient,
  clients: Map<string, DhcpClient>,
  name: string,
  givesUp: boolean,
): Promise<number> {
  try {
    await within(process, client.bound(), patienceUs);
    return 0;
  } catch (fault) {
    if (!(fault instanceof TimedOut || fault instanceof Interrupted)) throw fault;
    if (fault instanceof TimedOut) process.stderr.write('No DHCPOFFERS received.\n');
    if (fault instanceof TimedOut && !givesUp) {
      process.stderr.write('No working leases in persistent database - sleeping.\n');
      return 0;
    }
    client.close();
    clients.delete(name);
    return fault instanceof TimedOut ? 2 : interruptedExitCode;
  }
}

function release(clients: Map<string, DhcpClient>, { name }: HostInterface, say: (text: string) => void): void {
  const client = clients.get(name);
  clients.delete(name);
  const lease = client?.lease;
  if (lease !== undefined)
    say(`DHCPRELEASE of ${ipv4Text(lease.address)} on ${name} to ${ipv4Text(lease.server)} port 67\n`);
  client?.release();
}

function textOf(event: DhcpEvent, { name }: HostInterface, nowUs: number): string {
  switch (event.kind) {
    case 'discover':
      return `DHCPDISCOVER on ${name} to 255.255.255.255 port 67 interval ${Math.round(event.waitUs / 1e6)}\n`;
    case 'offer':
    case 'ack':
      return `DHCP${event.kind.toUpperCase()} of ${ipv4Text(event.address)} from ${ipv4Text(event.from)}\n`;
    case 'request':
      return `DHCPREQUEST for ${ipv4Text(event.address)} on ${name} to ${ipv4Text(event.to)} port 67\n`;
    case 'nak':
      return `DHCPNAK from ${ipv4Text(event.from)}\n`;
    case 'bound': {
      const { address, renewUs } = event.lease;
      const when =
        renewUs === undefined ? 'never renewed' : `renewal in ${Math.round((renewUs - nowUs) / 1e6)} seconds`;
      return `bound to ${ipv4Text(address)} -- ${when}.\n`;
    }
    case 'expired':
      return `DHCP: the lease of ${ipv4Text(event.address)} is over\n`;
    case 'released':
      return '';
  }
}
