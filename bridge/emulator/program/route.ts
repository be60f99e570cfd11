import { networkOf } from '../host/addresses.ts';
import type { Host } from '../host/api.ts';
import { command, Failure, orFail, parseAddress, prefixOfMask, resolveName } from './command.ts';
import { parseOptions } from './options.ts';
import { routeTable } from './tables.ts';

const usage = `Usage: route [-ne]                              List kernel routing tables
       route {add|del} ...                      Modify routing table
       route {-h|--help}                        Detailed usage syntax

        -n, --numeric            don't resolve names
        -e, --extend             display other/more information
`;
const changeUsage = `Usage: inet_route del {-host|-net} Target[/prefix] [gw Gw] [metric M] [[dev] If]
       inet_route add {-host|-net} Target[/prefix] [gw Gw] [metric M]
                              [netmask N] [[dev] If]
`;

/** net-tools' route (EP21). */
export const route = command({ text: usage, exitCode: 0 }, async ({ argv, host, stdout }) => {
  const options = parseOptions(
    { short: 'nNvehFCA:46V', long: { numeric: 'n', extend: 'e', help: 'h', verbose: 'v' }, stopsAtOperand: true },
    argv,
  );
  const absent = options.given.find(({ name }) => 'NFCA6V'.includes(name));
  if (absent !== undefined) throw new Failure(`route: option -${absent.name} is not here\n${usage}`, 3);
  if (options.has('h')) throw new Failure(usage, 0);
  const [action, ...words] = options.operands;
  if (action === undefined) {
    stdout.write(routeTable(host, options.has('e') ? 'netstat' : 'route', options.has('n')));
    return 0;
  }
  if (action !== 'add' && action !== 'del' && action !== 'delete') throw new Failure(usage, 3);
  change(host, action === 'add', words);
  return 0;
});

interface Change {
  readonly destination: number;
  readonly prefix: number;
  readonly gateway: number | undefined;
  readonly metric: number;
  readonly device: string | undefined;
}

function change(host: Host, isAdding: boolean, words: readonly string[]): void {
  const { destination, prefix, gateway, metric, device } = parseChange(host, words);
  if (!isAdding) {
    const where = {
      destination,
      prefix,
      ...(gateway === undefined ? {} : { gateway }),
      ...(device === undefined ? {} : { interface: device }),
    };
    orFail(
      () => host.routes.remove(where),
      (error) => `SIOCDELRT: ${error.message}\n`,
      7,
    );
    return;
  }
  const onLink = gateway === undefined ? undefined : host.routes.lookup(gateway);
  if (gateway !== undefined && device === undefined && (onLink === undefined || onLink.gateway !== undefined))
    throw new Failure('SIOCADDRT: Network is unreachable\n', 7);
  const name = device ?? onLink?.interface;
  if (name === undefined || !host.interfaces.some((one) => one.name === name))
    throw new Failure('SIOCADDRT: No such device\n', 7);
  orFail(
    () => host.routes.add({ destination, prefix, gateway, metric, interface: name }),
    (error) => `SIOCADDRT: ${error.message}\n`,
    7,
  );
}

function parseChange(host: Host, words: readonly string[]): Change {
  const left = [...words];
  const value = (): string => {
    const word = left.shift();
    if (word === undefined) throw new Failure(changeUsage, 3);
    return word;
  };
  const kind = left[0] === '-net' || left[0] === '-host' ? left.shift() : undefined;
  const [target = '', length] = value().split('/');
  let prefix = length === undefined ? undefined : Number(length);
  if (prefix !== undefined && !(Number.isInteger(prefix) && prefix >= 0 && prefix <= 32))
    throw new Failure(changeUsage, 3);
  const destination = target === 'default' ? 0 : resolveName(host, target);
  if (destination === undefined) throw new Failure(`${target}: Unknown host\n`, 6);
  let gateway: number | undefined;
  let metric = 0;
  let device: string | undefined;
  while (left.length > 0) {
    const word = value();
    if (word === 'gw') {
      const name = value();
      gateway = resolveName(host, name);
      if (gateway === undefined) throw new Failure(`${name}: Unknown host\n`, 6);
    } else if (word === 'netmask') {
      const mask = value();
      prefix = prefixOfMask(parseAddress(mask));
      if (prefix === undefined) throw new Failure(`route: bogus netmask ${mask}\n${changeUsage}`, 3);
    } else if (word === 'metric') {
      metric = Number(value());
      if (!Number.isInteger(metric) || metric < 0) throw new Failure(changeUsage, 3);
    } else if (['mss', 'window', 'irtt', 'mod', 'dyn', 'reinstate', 'reject'].includes(word))
      throw new Failure(`route: ${word} is not here\n${changeUsage}`, 3);
    else device = word === 'dev' || word === 'device' ? value() : word;
  }
  // A network without a mask is a mask of zero, which the kernel then refuses.
  prefix ??= target === 'default' || kind === '-net' || (destination === 0 && kind !== '-host') ? 0 : 32;
  if (networkOf(destination, prefix) !== destination) {
    if (words.includes('netmask')) throw new Failure(`route: netmask doesn't match route address\n${changeUsage}`, 3);
    throw new Failure('SIOCADDRT: Invalid argument\n', 7);
  }
  return { destination, prefix, gateway, metric, device };
}
