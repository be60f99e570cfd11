import { expect, test } from 'vitest';
import { scriptedLab } from './testing/run.ts';
import { type Answer, address, type Request } from './testing/scripted-host.ts';

const hops = ['10.0.1.1', '172.16.0.1'];

/** Two routers and a target; `lost` has the sequence numbers that nobody answers. */
function lab(lost: readonly number[] = []) {
  const it = scriptedLab();
  it.host.answers = ({ ttl, sequence }: Request): Answer[] => {
    if (lost.includes(sequence)) return [];
    const hop = hops[ttl - 1];
    const afterUs = 1000 * Math.min(ttl, 3);
    if (hop !== undefined) return [{ afterUs, from: address(hop), type: 11, code: 0 }];
    return [{ afterUs, from: address('192.168.2.2'), ttl: 60 }];
  };
  return it;
}

test('[EP10] hops in order, each address once, an asterisk for who stays silent', async () => {
  expect(
    await lab([2, 4, 5]).run('traceroute -I -n 192.168.2.2'),
  ).toBe(`traceroute to 192.168.2.2 (192.168.2.2), 30 hops max, 60 byte packets
 1  10.0.1.1  1.000 ms *  1.000 ms
 2  * * 172.16.0.1  2.000 ms
 3  192.168.2.2  3.000 ms  3.000 ms  3.000 ms
[0]`);
  expect(await lab().run('traceroute -I -q 1 server1')).toBe(
    'traceroute to server1 (192.168.2.2), 30 hops max, 60 byte packets\n 1  10.0.1.1 (10.0.1.1)  1.000 ms\n 2  172.16.0.1 (172.16.0.1)  2.000 ms\n 3  server1 (192.168.2.2)  3.000 ms\n[0]',
  );
});

test('[EP10] errors are marked behind their time, and end the way', async () => {
  const { host, run } = lab();
  const codes = [0, 1, 2, 4, 5, 13, 14, 15, 99];
  host.answers = ({ sequence }) => {
    const code = codes[sequence - 1] ?? 0;
    return [{ afterUs: 500, from: address('10.0.1.1'), type: 3, code, ...(code === 4 ? { mtu: 1200 } : {}) }];
  };
  expect(await run('traceroute -I -n -q 9 7.7.7.7')).toContain(
    ' 1  10.0.1.1  0.500 ms !N  0.500 ms !H  0.500 ms !P  0.500 ms !F-1200  0.500 ms !S  0.500 ms !X  0.500 ms !V  0.500 ms !C  0.500 ms !<99>\n[0]',
  );
});

test('[EP11] sixteen probes at once, or as many as -N says; sequence numbers count up', async () => {
  const { host, run, scheduler } = scriptedLab();
  const times: number[] = [];
  host.answers = () => {
    times.push(scheduler.nowUs());
    return [];
  };
  await run('traceroute -I -n -m 6 -w 1 192.168.2.2');
  expect(times.filter((us) => us === 0)).toHaveLength(16);
  expect(host.pings.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 18 }, (_, at) => at + 1));
  expect(host.pings.map(({ ttl }) => ttl).slice(0, 7)).toEqual([1, 1, 1, 2, 2, 2, 3]);
  times.length = 0;
  await run('traceroute -I -n -m 1 -N 1 -w 1 192.168.2.2');
  expect(times.map((us) => Math.round(us / 1e6))).toEqual([2, 3, 4]);
});

test('[EP12] silence costs three times what another of the hop took, or five seconds', async () => {
  const answered = lab([2]);
  await answered.run('traceroute -I -n -m 1 192.168.2.2');
  expect(answered.scheduler.nowUs()).toBe(6000);
  const silent = scriptedLab();
  await silent.run('traceroute -I -n -m 1 192.168.2.2');
  expect(silent.scheduler.nowUs()).toBe(5_000_000);
});

test('[EP13] its own words for what it does not understand, and names for what is not here', async () => {
  const { run } = lab();
  expect(await run('traceroute -n -Z')).toBe("Bad option `-Z' (argc 2)\n[2]");
  expect(await run('traceroute -m')).toBe("Option `-m' (argc 1) requires an argument: `-m max_ttl'\n[2]");
  expect(await run('traceroute foo')).toMatch(
    /^foo: Name or service not known\nCannot handle "host" cmdline arg `foo' on position 1 \(argc 1\)\n\[2\]$/,
  );
  expect(await run('traceroute -T 10.0.1.1')).toMatch(/^traceroute: option -T is not here; there is -4 -F -I/);
});

test('[EP7] Ctrl-C ends it', async () => {
  expect(await scriptedLab().run('traceroute -I -n 192.168.2.2', 100)).toMatch(/\[130\]$/);
});
