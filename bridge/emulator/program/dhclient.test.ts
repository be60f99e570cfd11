import { expect, test } from 'vitest';
import { VirtualScheduler } from '../../determinism/scheduler.ts';
import { Cable, ip, station } from '../host/testing/pair.ts';
import { startDhcpServer } from '../services/dhcp-server.ts';
import { startProgram } from '../testing/test-process.ts';
import { dhclient } from './dhclient.ts';

function lab() {
  const scheduler = new VirtualScheduler();
  const cable = new Cable(scheduler);
  const client = station('c', scheduler);
  const server = station('s', scheduler, { address: '10.0.0.1' });
  client.plug(0, cable.connect);
  server.plug(0, cable.connect);
  const run = async (...words: string[]) => {
    const started = startProgram(dhclient, ['dhclient', ...words], client);
    return `${await scheduler.settle(started.exit)} ${started.written.both}`;
  };
  return { scheduler, client, server, run };
}

test('[EP26] dhclient gets an address, says how, stays, and gives it back', async () => {
  const { client, server, run } = lab();
  startDhcpServer(server, { first: ip('10.0.0.50'), last: ip('10.0.0.60'), gateway: ip('10.0.0.1') });
  const said = await run('-v', 'c-eth0');
  expect(said).toMatch(
    /^0 Listening on LPF\/c-eth0\/02:00:00:00:00:99\nSending on {3}LPF.*\nDHCPDISCOVER on c-eth0 to 255.255.255.255 port 67 interval \d\nDHCPOFFER of 10.0.0.50 from 10.0.0.1\nDHCPREQUEST for 10.0.0.50 on c-eth0 to 255.255.255.255 port 67\nDHCPACK of 10.0.0.50 from 10.0.0.1\nbound to 10.0.0.50 -- renewal in \d+ seconds.\n$/,
  );
  expect(client.interfaces[1]?.addresses).toEqual([{ address: ip('10.0.0.50'), prefix: 24 }]);
  expect(await run('c-eth0')).toBe('1 dhclient: one is running for c-eth0 already; dhclient -r c-eth0 ends it\n');
  expect(await run('-v', '-r', 'c-eth0')).toContain('DHCPRELEASE of 10.0.0.50 on c-eth0 to 10.0.0.1 port 67\n');
  expect(client.interfaces[1]?.addresses).toEqual([]);
  expect(await run('c-eth0')).toBe('0 ');
});

test('[EP26] nobody offers: it says so after a minute, and with -1 gives up', async () => {
  const { scheduler, run } = lab();
  expect(await run('-1', 'c-eth0')).toBe('2 No DHCPOFFERS received.\n');
  expect(scheduler.nowUs()).toBe(60_000_000);
  expect(await run('c-eth0')).toContain('No working leases in persistent database - sleeping.\n');
  expect(await run('foo')).toBe('1 Cannot find device "foo"\n');
});
