import { describe, expect, test } from 'vitest';
import { ipv4Text, parseIpv4 } from '../../codec/addresses.ts';
import { VirtualScheduler } from '../../determinism/scheduler.ts';
import { FakeNetwork } from '../testing/fake-host.ts';
import {
  type DhcpMessage,
  dhcpCode,
  dhcpType,
  readDhcp,
  typeOf,
  u32Bytes,
  u32Option,
  writeDhcp,
} from './dhcp-message.ts';
import { startServices } from './services.ts';

const address = (text: string): number => parseIpv4(text) ?? 0;
const serverAddress = address('10.0.0.1');
const names = new Map<number, string>(Object.entries(dhcpType).map(([name, number]) => [number, name]));

/** The server in front of clients that say what they are told to. */
async function lab() {
  const scheduler = new VirtualScheduler();
  const network = new FakeNetwork(scheduler);
  const server = network.add('server', serverAddress);
  const client = network.add('client', 0xffff_ffff);
  startServices(server, [{ kind: 'dhcp', first: '10.0.0.10', last: '10.0.0.12', gateway: '10.0.0.11' }]);
  const socket = client.udp.bind({ port: 68 });
  const heard: DhcpMessage[] = [];
  const read = async () => {
    for (let one = await socket.receive(); one; one = await socket.receive()) {
      const message = readDhcp(one.data);
      if (message !== undefined) heard.push(message);
    }
  };
  void read();
  const say = async (
    type: keyof typeof dhcpType,
    who: number,
    options: Readonly<Record<number, number>> = {},
    from = 0,
  ): Promise<string> => {
    heard.length = 0;
    const all = new Map<number, Uint8Array>([[dhcpCode.messageType, Uint8Array.of(dhcpType[type])]]);
    for (const [code, value] of Object.entries(options)) all.set(Number(code), u32Bytes(value));
    const message: DhcpMessage = {
      isReply: false,
      transaction: 7,
      seconds: 0,
      isBroadcast: false,
      client: from,
      yours: 0,
      server: 0,
      relay: 0,
      mac: `02:00:00:00:00:0${who}`,
      options: all,
    };
    socket.send({ address: serverAddress, port: 67 }, writeDhcp(message));
    await scheduler.settle(new Promise<void>((resolve) => scheduler.after(1000, resolve)));
    const [answer] = heard;
    return answer === undefined ? 'silence' : `${names.get(typeOf(answer) ?? 0)} ${ipv4Text(answer.yours)}`;
  };
  const { serverId, requestedAddress } = dhcpCode;
  const choose = (wanted: string) => ({ [serverId]: serverAddress, [requestedAddress]: address(wanted) });
  const ask = (wanted: string) => ({ [requestedAddress]: address(wanted) });
  return { scheduler, say, choose, ask, heard };
}

describe('the DHCP server of a host', () => {
  test('[EP62] an address of the range is offered and given for an hour, with mask and gateway', async () => {
    const { say, choose, heard } = await lab();
    expect(await say('discover', 1)).toBe('offer 10.0.0.10');
    expect(await say('request', 1, choose('10.0.0.10'))).toBe('ack 10.0.0.10');
    const [ack] = heard;
    if (ack === undefined) throw new Error('no answer');
    const told = (code: number) => u32Option(ack, code);
    expect([told(dhcpCode.leaseTime), told(dhcpCode.renewalTime), told(dhcpCode.rebindingTime)]).toEqual([
      3600, 1800, 3150,
    ]);
    expect([told(dhcpCode.router), told(dhcpCode.serverId)]).toEqual([address('10.0.0.11'), serverAddress]);
    expect([ack.transaction, ack.mac, ack.isReply]).toEqual([7, '02:00:00:00:00:01', true]);
  });
  test('[EP62] nobody gets what another has, or the gateway; who had one gets it again; none left is silence', async () => {
    const { say, choose, ask } = await lab();
    await say('discover', 1);
    await say('request', 1, choose('10.0.0.10'));
    expect(await say('discover', 2, ask('10.0.0.10'))).toBe('offer 10.0.0.12');
    expect(await say('discover', 3)).toBe('silence');
    expect(await say('discover', 1)).toBe('offer 10.0.0.10');
  });
  test('[EP62] an offer that was not taken is free after a minute, a lease after an hour', async () => {
    const { say, choose, scheduler } = await lab();
    await say('discover', 1);
    await say('discover', 2);
    scheduler.advance(61_000_000);
    expect(await say('discover', 3)).toBe('offer 10.0.0.10');
    expect(await say('request', 3, choose('10.0.0.10'))).toBe('ack 10.0.0.10');
    scheduler.advance(3_599_000_000);
    expect(await say('discover', 4, { [dhcpCode.requestedAddress]: address('10.0.0.10') })).toBe('offer 10.0.0.12');
    scheduler.advance(2_000_000);
    expect(await say('discover', 5)).toBe('offer 10.0.0.10');
  });
  test('[EP63] what cannot be granted is refused: NAK', async () => {
    const { say, choose, ask } = await lab();
    expect(await say('request', 1, choose('10.0.0.11'))).toBe('nak 0.0.0.0');
    expect(await say('request', 1, choose('10.9.9.9'))).toBe('nak 0.0.0.0');
    expect(await say('request', 1, ask('10.0.0.10'))).toBe('nak 0.0.0.0');
    await say('request', 1, choose('10.0.0.10'));
    expect(await say('request', 1, ask('10.0.0.10'))).toBe('ack 10.0.0.10');
    expect(await say('request', 2, choose('10.0.0.10'))).toBe('nak 0.0.0.0');
  });
  test('[EP64] release and decline; who chose another server gives the offer back', async () => {
    const { say, choose } = await lab();
    const ours = { [dhcpCode.serverId]: serverAddress };
    await say('request', 1, choose('10.0.0.10'));
    await say('release', 1, ours, address('10.0.0.10'));
    expect(await say('discover', 2)).toBe('offer 10.0.0.10');
    await say('decline', 2, choose('10.0.0.10'));
    expect(await say('discover', 2)).toBe('offer 10.0.0.12');
    await say('request', 2, { [dhcpCode.serverId]: address('9.9.9.9') });
    expect(await say('discover', 3)).toBe('offer 10.0.0.12');
  });
});
