import { ipv4Text } from '../../codec/addresses.ts';
import { command, Failure } from './command.ts';
import { parseOptions } from './options.ts';

const usage = `Usage: hostname [-d|-f|-i|-I|-s]               display formatted name
       hostname                                 display host name

Program options:
    -d, --domain           DNS domain name
    -f, --fqdn, --long     long host name (FQDN)
    -i, --ip-address       addresses for the host name
    -I, --all-ip-addresses all addresses for the host
    -s, --short            short host name
`;

/** The name of a host, and its addresses (EP23). */
export const hostname = command({ text: usage, exitCode: 255 }, async ({ argv, host, stdout }) => {
  const long = { domain: 'd', fqdn: 'f', long: 'f', 'ip-address': 'i', 'all-ip-addresses': 'I', short: 's', help: 'h' };
  const options = parseOptions({ short: 'dfiIsh', long }, argv);
  if (options.has('h')) throw new Failure(usage, 255);
  if (options.operands.length > 0) throw new Failure('hostname: you must be root to change the host name\n', 1);
  const all = host.interfaces.filter(({ name }) => name !== 'lo').flatMap((one) => one.addresses);
  const how = options.given.at(-1)?.name;
  if (how === 'I') stdout.write(`${all.map(({ address }) => `${ipv4Text(address)} `).join('')}\n`);
  else if (how === 'i') stdout.write(`${ipv4Text(host.resolve(host.name) ?? all[0]?.address ?? 0x7f00_0001)}\n`);
  else stdout.write(how === 'd' ? '\n' : `${host.name}\n`);
  return 0;
});
