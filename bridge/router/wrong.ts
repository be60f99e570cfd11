/**
 * Deliberate faults of the reference router, for proving checks: each breaks one requirement of the Simple Router lab and
 * nothing else. `fails` names the checks of server/catalog/simple-router/lab.json that must fail, all others must pass.
 */
export const wrongs = {
  'arp-reads-target': {
    does: 'ignores ARP requests that say anything in the target hardware address, as arping does and kernels do not',
    fails: ['arp-gateways'],
  },
  'echo-once-eth3': {
    does: 'answers only the first echo request of a ping that comes in on eth3',
    fails: ['client-pings-router'],
  },
  'echo-once-eth1': {
    does: 'answers only the first echo request of a ping that comes in on eth1',
    fails: ['server1-pings-router'],
  },
  'echo-once-eth2': {
    does: 'answers only the first echo request of a ping that comes in on eth2',
    fails: ['server2-pings-router'],
  },
  'tcp-silent': {
    does: 'throws TCP to itself away instead of answering with port unreachable',
    fails: ['router-refuses-tcp'],
  },
  'ttl-silent-icmp': {
    does: 'sends no time exceeded about ICMP, as if an echo request were an ICMP error',
    fails: ['ttl-exceeded'],
  },
  'net-as-host': {
    does: 'says host unreachable where it has no route',
    fails: ['net-unreachable'],
  },
  'ttl-own-echo': {
    does: 'counts the TTL of echo requests before asking whether they are for the router itself',
    fails: ['ttl-1-to-router'],
  },
  'echo-reply-stops': {
    does: 'takes every echo reply for its own and forwards none',
    fails: ['hosts-ping-hosts'],
  },
  'small-buffer': {
    does: 'forwards datagrams of at most 100 bytes, larger ones disappear',
    fails: ['client-fetches'],
  },
  'udp-silent': {
    does: 'throws UDP to itself away instead of answering with port unreachable',
    fails: ['traceroute'],
  },
} as const satisfies Record<string, { does: string; fails: readonly string[] }>;

export type Wrong = keyof typeof wrongs;

export const isWrong = (name: string): name is Wrong => Object.hasOwn(wrongs, name);
