import { ipv4Text, parseIpv4 } from '../../codec/addresses.ts';
import { command, Failure } from './command.ts';
import { parseOptions } from './options.ts';

const usage = 'Usage: nslookup name | address\nNames come from the lab: no server is asked, and none can be named.\n';

/** What the lab calls its addresses, in the manner of nslookup (EP24): the server is `lab`, because no packet is sent. */
export const nslookup = command({ text: usage, exitCode: 1 }, async ({ argv, host, stdout }) => {
  const [name, ...more] = parseOptions({ short: '' }, argv).operands;
  if (name === undefined || more.length > 0) throw new Failure(usage, 1);
  const server = 'Server:\t\tlab\nAddress:\tnone, names of the lab\n\n';
  const address = parseIpv4(name);
  if (address !== undefined) {
    const reversed = `${name.split('.').reverse().join('.')}.in-addr.arpa`;
    const found = host.nameOf(address);
    if (found === undefined) {
      stdout.write(`${server}** server can't find ${reversed}: NXDOMAIN\n\n`);
      return 1;
    }
    stdout.write(`${server}${reversed}\tname = ${found}.\n\n`);
    return 0;
  }
  const resolved = host.resolve(name.replace(/\.$/, ''));
  if (resolved === undefined) {
    stdout.write(`${server}** server can't find ${name}: NXDOMAIN\n\n`);
    return 1;
  }
  stdout.write(`${server}Name:\t${name}\nAddress: ${ipv4Text(resolved)}\n\n`);
  return 0;
});
