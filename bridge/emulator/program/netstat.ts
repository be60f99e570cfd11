import type { Endpoint, Host, SocketInfo } from '../host/api.ts';
import { command, Failure } from './command.ts';
import { parseOptions } from './options.ts';
import { addressText, byName, interfaceTable, routeTable } from './tables.ts';

const usage = `usage: netstat [-ne] -r
       netstat [-nal] [-t] [-u] [-w]
       netstat { [-a] -i | -s }

        -r, --route              display routing table
        -i, --interfaces         display interface table
        -s, --statistics         display networking statistics (like SNMP)

        -n, --numeric            don't resolve names
        -l, --listening          display listening server sockets
        -a, --all                display all sockets (default: connected)

  <Socket>={-t|--tcp} {-u|--udp} {-w|--raw}
`;
const services: Readonly<Record<number, string>> = { 7: 'echo', 9: 'discard', 22: 'ssh', 53: 'domain', 67: 'bootps' };
const moreServices: Readonly<Record<number, string>> = { 68: 'bootpc', 80: 'http', 443: 'https', 8080: 'http-alt' };

/** net-tools' netstat, as far as an emulated host has what it tells (EP25). */
export const netstat = command({ text: usage, exitCode: 3 }, async ({ argv, host, stdout }) => {
  const long = {
    route: 'r',
    interfaces: 'i',
    statistics: 's',
    numeric: 'n',
    listening: 'l',
    all: 'a',
    tcp: 't',
    udp: 'u',
    raw: 'w',
    extend: 'e',
    wide: 'W',
    help: 'h',
  };
  const options = parseOptions({ short: 'risnlatuweW4hpocgMvNCFSUx6', long }, argv);
  const absent = options.given.find(({ name }) => 'pocgMvNCFSUx6'.includes(name));
  if (absent !== undefined) throw new Failure(`netstat: option -${absent.name} is not here\n${usage}`, 1);
  if (options.has('h')) throw new Failure(usage, 0);
  if (options.has('e') && !options.has('r')) throw new Failure(`netstat: option -e is here with -r only\n${usage}`, 1);
  const isNumeric = options.has('n');
  if (options.has('r')) stdout.write(routeTable(host, 'netstat', isNumeric));
  else if (options.has('i')) {
    const shown = byName(host.interfaces).filter((one) => one.isUp || options.has('a'));
    stdout.write(`Kernel Interface table\n${interfaceTable(shown, 15)}`);
  } else if (options.has('s')) {
    for (const [name, value] of Object.entries(host.counters)) stdout.write(`    ${name}: ${value}\n`);
  } else {
    const kinds = (['tcp', 'udp', 'raw'] as const).filter((_, at) => options.has('tuw'[at] ?? ''));
    stdout.write(socketTable(host, { kinds, isNumeric, all: options.has('a'), listening: options.has('l') }));
  }
  return 0;
});

interface Wanted {
  readonly kinds: readonly SocketInfo['protocol'][];
  readonly isNumeric: boolean;
  readonly all: boolean;
  readonly listening: boolean;
}

function socketTable(host: Host, { kinds, isNumeric, all, listening }: Wanted): string {
  const which = all ? 'servers and established' : listening ? 'only servers' : 'w/o servers';
  let text = `Active Internet connections (${which})\n`;
  text += 'Proto Recv-Q Send-Q Local Address           Foreign Address         State      \n';
  for (const protocol of ['tcp', 'udp', 'raw'] as const) {
    if (kinds.length > 0 && !kinds.includes(protocol)) continue;
    for (const socket of host.sockets()) {
      const isServer = socket.state === 'LISTEN' || (protocol !== 'tcp' && socket.remote === undefined);
      if (socket.protocol !== protocol || !(all || isServer === listening)) continue;
      const local = endpointText(host, socket.local, isNumeric);
      const remote = socket.remote === undefined ? '0.0.0.0:*' : endpointText(host, socket.remote, isNumeric);
      const queues = `${String(socket.receiveQueue).padStart(6)} ${String(socket.sendQueue).padStart(6)}`;
      text += `${protocol.padEnd(5)} ${queues} ${local.padEnd(23)} ${remote.padEnd(23)} ${socket.state.padEnd(11)}\n`;
    }
  }
  return text;
}

function endpointText(host: Host, { address, port }: Endpoint, isNumeric: boolean): string {
  const portText = port === 0 ? '*' : ((isNumeric ? undefined : (services[port] ?? moreServices[port])) ?? port);
  return `${addressText(host, address, isNumeric)}:${portText}`;
}
