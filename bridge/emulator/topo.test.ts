import { describe, expect, test } from 'vitest';
import { parseTopology, TopologyError } from './topo.ts';

/** Links as Mininet's `links` tells them. */
const linksOf = (text: string): string[] =>
  parseTopology(text).links.map(({ a, b }) => `${a.node}-eth${a.port}<->${b.node}-eth${b.port}`);

describe('[EM9] topologies are those of mn', () => {
  test('single', () => {
    const { hosts, switches } = parseTopology('single,3');
    expect(linksOf('single,3')).toEqual(['h1-eth0<->s1-eth1', 'h2-eth0<->s1-eth2', 'h3-eth0<->s1-eth3']);
    expect(switches).toEqual([{ name: 's1', dpid: '0000000000000001', failMode: 'secure' }]);
    expect(hosts[2]).toEqual({
      name: 'h3',
      interfaces: [{ mac: '00:00:00:00:00:03', address: '10.0.0.3', prefix: 8 }],
      routes: [],
      services: [],
    });
  });

  test('minimal, reversed and defaults', () => {
    expect(linksOf('minimal')).toEqual(linksOf('single,2'));
    expect(linksOf('single')).toEqual(linksOf('single,2'));
    expect(linksOf('reversed,3')).toEqual(['h1-eth0<->s1-eth3', 'h2-eth0<->s1-eth2', 'h3-eth0<->s1-eth1']);
  });

  test('linear, with one host a switch and with several', () => {
    expect(linksOf('linear,3')).toEqual([
      'h1-eth0<->s1-eth1',
      'h2-eth0<->s2-eth1',
      's2-eth2<->s1-eth2',
      'h3-eth0<->s3-eth1',
      's3-eth2<->s2-eth3',
    ]);
    const { hosts } = parseTopology('linear,2,2');
    expect(hosts.map(({ name, interfaces }) => [name, interfaces[0]?.address])).toEqual([
      ['h1s1', '10.0.0.1'],
      ['h1s2', '10.0.0.2'],
      ['h2s1', '10.0.0.3'],
      ['h2s2', '10.0.0.4'],
    ]);
  });

  test('tree', () => {
    expect(linksOf('tree,2,2')).toEqual([
      's2-eth1<->h1-eth0',
      's2-eth2<->h2-eth0',
      's1-eth1<->s2-eth3',
      's3-eth1<->h3-eth0',
      's3-eth2<->h4-eth0',
      's1-eth2<->s3-eth3',
    ]);
    expect(parseTopology('tree,3,3').hosts).toHaveLength(27);
  });

  test.each(['ring,3', 'single,0', 'single,3,4', 'linear,x', 'tree,-1', 'tree,9,9', 'linear,2000'])(
    'a sentence for %s',
    (text) => expect(() => parseTopology(text)).toThrow(TopologyError),
  );
});
