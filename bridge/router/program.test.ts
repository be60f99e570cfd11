import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ReceiveBuffer } from '../codec/receive-buffer.ts';
import { decodeVns, encodeVns, type VnsMessage, vnsLength } from '../protocols/vns/message.ts';
import { RouterProgram } from './program.ts';
import { parseRtable } from './rtable.ts';
import { arpRequest, datagram, describeFrame, echo } from './testing/frames.ts';
import { client, eth1, eth2, eth3, labRtable, server1 } from './testing/network.ts';

const hardware = encodeVns({
  kind: 'hardwareInfo',
  entries: Object.entries({ eth1, eth2, eth3 }).flatMap(([name, { mac, address }]) => [
    { kind: 'name' as const, value: name },
    { kind: 'speed' as const, value: 0 },
    { kind: 'mac' as const, value: mac },
    { kind: 'address' as const, value: address },
    { kind: 'subnet' as const, value: '255.255.255.255' },
    { kind: 'mask' as const, value: '255.255.255.255' },
  ]),
});

/** The server's end of a session, in memory. */
class Session {
  readonly printed: string[] = [];
  readonly program: RouterProgram;
  nowMs = 1000;
  readonly #input = new ReceiveBuffer(10_000);

  constructor(options: { template?: string; rtable?: string | undefined; quiet?: boolean } = {}) {
    const rtable = 'rtable' in options ? options.rtable : labRtable;
    this.program = new RouterProgram({
      identity: {
        vhost: 'vrhost',
        topology: 300,
        user: 'ada',
        template: options.template,
        authKey: Buffer.from('secret'),
      },
      routes: rtable === undefined ? undefined : parseRtable(rtable, 'rtable'),
      wrong: new Set(),
      quiet: options.quiet ?? false,
      print: (line) => this.printed.push(typeof line === 'string' ? line : line()),
      nowMs: this.nowMs,
    });
  }

  says(message: VnsMessage | Uint8Array): VnsMessage[] {
    this.program.receive(message instanceof Uint8Array ? message : encodeVns(message), this.nowMs);
    return this.heard();
  }

  /** What the router sent since last asked. */
  heard(): VnsMessage[] {
    const messages: VnsMessage[] = [];
    this.#input.push(this.program.takeOutput() ?? new Uint8Array());
    while (this.#input.next(vnsLength)) {
      messages.push(decodeVns(this.#input.bytes.slice(this.#input.start, this.#input.end)));
    }
    return messages;
  }

  frame(interfaceName: string, frame: Uint8Array): string[] {
    return this.says({ kind: 'packet', interfaceName, frame }).map((message) =>
      message.kind === 'packet' ? `${message.interfaceName} ${describeFrame(message.frame)}` : message.kind,
    );
  }
}

describe('the session', () => {
  test('[RT40] proves the key, opens the virtual host when that is accepted, routes when it has hardware', () => {
    const session = new Session();
    expect(session.heard()).toEqual([]);
    const salt = Buffer.from('0123456789abcdefghij');
    const [reply, ...more] = session.says({ kind: 'authRequest', salt });
    const digest = createHash('sha1').update('0123456789abcdefghij').update('secret').digest();
    expect(more).toEqual([]);
    expect(reply).toMatchObject({ kind: 'authReply', user: 'ada' });
    expect(reply?.kind === 'authReply' && Buffer.from(reply.digest).equals(digest)).toBe(true);
    expect(session.says({ kind: 'authStatus', ok: true, message: '' })).toMatchObject([
      { kind: 'open', topologyId: 300, virtualHost: 'vrhost', user: 'ada' },
    ]);
    expect(session.says(hardware)).toEqual([]);
    expect(session.frame('eth3', arpRequest(client, '10.0.1.1'))).toEqual([
      `eth3 to ${client.mac}: arp 10.0.1.1 is at ${eth3.mac} says to ${client.mac}`,
    ]);
  });

  test('[RT40] a refused key ends the session with the reason', () => {
    const session = new Session();
    session.says({ kind: 'authRequest', salt: Buffer.alloc(20) });
    session.says({ kind: 'authStatus', ok: false, message: 'wrong key' });
    expect(session.program.ended).toBe('the server refused the key: wrong key');
  });

  test('[RT41] CLOSE ends the session with the reason, what follows does not count', () => {
    const session = new Session();
    const close = encodeVns({ kind: 'close', message: 'another router has this virtual host' });
    expect(session.says(Buffer.concat([close, hardware]))).toEqual([]);
    expect(session.program.ended).toBe('the server ended the session: another router has this virtual host');
    expect(session.printed).toEqual([]);
  });

  test('[RT42] a server that says nothing for a second is sent the OPEN', () => {
    const session = new Session();
    session.program.tick(1900);
    expect(session.heard()).toEqual([]);
    session.program.tick(2000);
    session.program.tick(2100);
    expect(session.heard().map(({ kind }) => kind)).toEqual(['open']);
  });

  test('[RT43] with a template the routes come from the server', () => {
    const session = new Session({ template: 'simple', rtable: undefined });
    session.says({ kind: 'authStatus', ok: true, message: '' });
    session.says({ kind: 'routingTable', virtualHost: 'vrhost', table: labRtable });
    session.says(hardware);
    session.frame('eth3', arpRequest(client, '10.0.1.1'));
    const ping = datagram({ from: client, via: eth3.mac, to: '192.168.2.2', protocol: 1, payload: echo(1) });
    expect(session.frame('eth3', ping)).toEqual([
      'eth1 to ff:ff:ff:ff:ff:ff: arp who has 192.168.2.2 tell 192.168.2.1',
    ]);
  });

  test('[RT43] a table from a file wins over one of the server', () => {
    const session = new Session({ rtable: '' });
    session.says(hardware);
    session.says({ kind: 'routingTable', virtualHost: 'vrhost', table: labRtable });
    expect(session.printed.at(-1)).toBe('ignored: a routing table of the server, there is one from a file');
  });

  test('[RT44] packets for unknown interfaces and messages that are not for routers are said and survived', () => {
    const session = new Session();
    session.says(hardware);
    expect(session.frame('eth9', arpRequest(client, '10.0.1.1'))).toEqual([]);
    expect(session.says({ kind: 'authReply', user: '', digest: new Uint8Array(20) })).toEqual([]);
    expect(session.says({ kind: 'banner', message: 'Welcome' })).toEqual([]);
    expect(session.printed.slice(-3)).toEqual([
      'ignored: a packet for an interface that was not announced',
      'ignored: a authReply message is not for a router',
      'Welcome',
    ]);
  });

  test('[RT44] what is not VNS is a DecodeError', () => {
    expect(() => new Session().says(Buffer.from('HTTP/1.1 400 Bad Request\r\n'))).toThrow(/a message of/);
    expect(() => new Session().says(Uint8Array.of(0, 0, 0, 12, 0, 0, 0, 4, 0, 0, 0, 0))).toThrow(
      /without an interface/,
    );
  });

  test('[RT5] up and down in place of a frame switch an interface', () => {
    const session = new Session();
    session.says(hardware);
    session.says({ kind: 'packet', interfaceName: 'eth3', frame: Buffer.from('down') });
    expect(session.frame('eth3', arpRequest(client, '10.0.1.1'))).toEqual([]);
    session.says({ kind: 'packet', interfaceName: 'eth3', frame: Buffer.from('up') });
    expect(session.frame('eth3', arpRequest(client, '10.0.1.1'))).toHaveLength(1);
  });

  test('[RT45] while the server does not read, frames are dropped and counted', () => {
    const session = new Session();
    session.says(hardware);
    session.program.congested = true;
    expect(session.frame('eth3', arpRequest(client, '10.0.1.1'))).toEqual([]);
    session.program.congested = false;
    expect(session.printed.at(-1)).toBe('… the server did not read, 1 frames were dropped');
  });
});

describe('what it prints', () => {
  test('[RT30] interfaces, routes, then a line a step', () => {
    const session = new Session();
    session.says(hardware);
    session.nowMs = 43_204.6;
    session.frame('eth3', arpRequest(client, '10.0.1.1'));
    session.frame('eth1', arpRequest(server1, '192.168.2.1'));
    session.frame('eth3', datagram({ from: client, via: eth3.mac, to: '192.168.2.2', protocol: 1, payload: echo(7) }));
    expect(session.printed).toEqual([
      'Router interfaces:',
      `  eth1  192.168.2.1      ${eth1.mac}`,
      `  eth2  172.64.3.1       ${eth2.mac}`,
      `  eth3  10.0.1.1         ${eth3.mac}`,
      'Routing table:',
      '  10.0.1.100/32 via 10.0.1.100 on eth3',
      '  192.168.2.2/32 via 192.168.2.2 on eth1',
      '  172.64.3.10/32 via 172.64.3.10 on eth2',
      'Ready.',
      '42.2046 rx eth3  ARP who has 10.0.1.1 tell 10.0.1.100',
      `42.2046 tx eth3  ARP 10.0.1.1 is at ${eth3.mac}`,
      '42.2046 rx eth1  ARP who has 192.168.2.1 tell 192.168.2.2',
      `42.2046 tx eth1  ARP 192.168.2.1 is at ${eth1.mac}`,
      '42.2046 rx eth3  IP 10.0.1.100 > 192.168.2.2 ttl 64, echo request 7',
      '42.2046 lpm 192.168.2.2 -> eth1 via 192.168.2.2',
      `42.2046 arp hit 192.168.2.2 ${server1.mac}`,
      '42.2046 tx eth1  IP 10.0.1.100 > 192.168.2.2 ttl 63, echo request 7',
    ]);
  });

  test('[RT31] a storm prints at most 400 lines at once and says later what it held back', () => {
    const session = new Session();
    session.says(hardware);
    const before = session.printed.length;
    for (let i = 0; i < 10_000; i++) session.frame('eth3', arpRequest(client, '10.0.1.1'));
    expect(session.printed.length - before).toBe(400);
    session.nowMs += 1000;
    session.program.tick(session.nowMs);
    expect(session.printed.at(-1)).toMatch(/^1\.0000 … 19,600 lines held back, every packet was handled$/);
  });

  test('[RT31] quiet prints no line a packet', () => {
    const session = new Session({ quiet: true });
    session.says(hardware);
    expect(session.frame('eth3', arpRequest(client, '10.0.1.1'))).toHaveLength(1);
    expect(session.printed.at(-1)).toBe('Ready.');
  });
});
