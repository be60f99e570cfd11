import { expect, test } from 'vitest';
import { createBridge } from '../../create-bridge.ts';
import { EventWatch, labConfig, traceOf, until } from '../../testing/lab.ts';
import { OvsLab, whyNoOvs } from '../../testing/ovs-lab.ts';
import { unanswered } from '../../testing/pings.ts';

const why = whyNoOvs();
const hosts = [1, 2, 3].map((n) => ({
  name: `h${n}`,
  port: n,
  address: `10.0.0.${n}/24`,
  mac: `02:00:00:00:00:0${n}`,
}));

test.skipIf(why)(
  `[L21] a real Open vSwitch learns: ping installs flows and leaves the controller${why ?? ''}`,
  async () => {
    await using ovs = await OvsLab.prepare();
    const config = labConfig({ kind: 'l2-learning', idleTimeoutS: 3, hardTimeoutS: 30 });
    await using bridge = await createBridge({ ...config, openflow: [ovs.openflow] });
    const events = new EventWatch(bridge);
    await ovs.start(hosts);
    expect(await events.next('switch:connected')).toMatchObject({
      node: 'sw0',
      text: expect.stringContaining('Open vSwitch'),
    });
    await until(() => bridge.state.switches[0]?.ports.length === 3);

    const ping = await ovs.on('h1', 'ping', '-c', '20', '-i', '0.05', '-w', '8', '10.0.0.2');
    expect(unanswered(ping.output, 20)).toEqual([]);
    const flows = await ovs.run('ovs-ofctl', 'dump-flows', 'sw0');
    expect(flows.output).toMatch(
      /idle_timeout=3, hard_timeout=30.*in_port=1,dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02 actions=output:2/,
    );
    expect(flows.output).toMatch(/in_port=2,dl_src=02:00:00:00:00:02,dl_dst=02:00:00:00:00:01 actions=output:1/);

    // ARP there and back and one echo each way at most: the rest never left the switch.
    const between = (await traceOf(bridge)).filter(
      (r) => r.point === 'packet_in' && r.frame[5] === 2 && r.frame[11] === 1,
    );
    expect(between.length).toBeGreaterThan(0);
    expect(between.length).toBeLessThan(5);
    await until(async () => !(await ovs.run('ovs-ofctl', 'dump-flows', 'sw0')).output.includes('idle_timeout=3'), 8000);
    expect(events.all.filter((event) => event.level !== 'info')).toEqual([]);
  },
);

test.skipIf(why)(`[OF58] ports of a real Open vSwitch that go and fail are told${why ?? ''}`, async () => {
  await using ovs = await OvsLab.prepare();
  const config = labConfig({ kind: 'l2-learning', idleTimeoutS: 10, hardTimeoutS: 30 });
  await using bridge = await createBridge({ ...config, openflow: [ovs.openflow] });
  const events = new EventWatch(bridge);
  await ovs.start(hosts);
  await events.next('switch:connected');
  await ovs.run('ovs-vsctl', 'del-port', 'sw0', 'sw0-eth3');
  await until(() => bridge.state.switches[0]?.ports.length === 2);
  expect(events.all.map((event) => event.text)).toContain('Port 3 (sw0-eth3) of sw0 is gone');
  await ovs.run('ip', 'link', 'set', 'sw0-eth2', 'down');
  await until(() => bridge.state.switches[0]?.ports.find(({ port }) => port === 2)?.up === false);
});
