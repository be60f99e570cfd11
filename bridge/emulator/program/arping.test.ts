import { expect, test } from 'vitest';
import { scriptedLab } from './testing/run.ts';
import { address } from './testing/scripted-host.ts';

const answering = (isRequest = false) => {
  const lab = scriptedLab();
  lab.host.arpAnswer = () => ({
    senderAddress: address('10.0.1.1'),
    senderMac: '02:00:00:00:0a:01',
    toMac: '02:00:00:00:0a:03',
    isRequest,
    afterUs: 621,
  });
  return lab;
};

test('[EP14] broadcast first, then the station that answered, as iputils prints it', async () => {
  const { host, run, scheduler } = answering();
  expect(await run('arping -c 3 10.0.1.1')).toBe(`ARPING 10.0.1.1 from 10.0.1.100 client-eth0
Unicast reply from 10.0.1.1 [02:00:00:00:0A:01]  0.621ms
Unicast reply from 10.0.1.1 [02:00:00:00:0A:01]  0.621ms
Unicast reply from 10.0.1.1 [02:00:00:00:0A:01]  0.621ms
Sent 3 probes (1 broadcast(s))
Received 3 response(s)
[0]`);
  expect(host.arps.map(({ toMac }) => toMac)).toEqual([undefined, '02:00:00:00:0a:01', '02:00:00:00:0a:01']);
  expect(scheduler.nowUs()).toBe(3_000_000);
});

test('[EP14] nobody answers: every request is a broadcast, and the exit code is 1', async () => {
  const { run } = scriptedLab();
  expect(await run('arping -c 2 10.0.1.99')).toBe(
    'ARPING 10.0.1.99 from 10.0.1.100 client-eth0\nSent 2 probes (2 broadcast(s))\nReceived 0 response(s)\n[1]',
  );
});

test('[EP15] the first answer ends -f and -D; fewer answers than -c until -w are a failure', async () => {
  const { run } = answering();
  expect(await run('arping -f 10.0.1.1')).toMatch(
    /Sent 1 probes \(1 broadcast\(s\)\)\nReceived 1 response\(s\)\n\[0\]$/,
  );
  expect(await run('arping -D -I client-eth0 10.0.1.1')).toMatch(/^ARPING 10.0.1.1 from 0.0.0.0[\s\S]*\[1\]$/);
  expect(await run('arping -c 5 -w 2 10.0.1.1')).toMatch(
    /Sent 3 probes \(1 broadcast\(s\)\)\nReceived 2 response\(s\)\n\[1\]$/,
  );
});

test('[EP16] the requests of others are no answers, and nobody speaks for another host', async () => {
  expect(await answering(true).run('arping -c 1 10.0.1.1')).toContain('Received 0 response(s)\n[1]');
  const { run } = scriptedLab();
  expect(await run('arping -s 1.2.3.4 10.0.1.1')).toBe('arping: bind: Cannot assign requested address\n[2]');
  expect(await run('arping 10.0.1.100')).toBe('Interface "lo" is not ARPable\n[2]');
});

test('[EP7] Ctrl-C tells what was counted until then', async () => {
  const { run } = answering();
  expect(await run('arping 10.0.1.1', 1500)).toMatch(
    /Sent 2 probes \(1 broadcast\(s\)\)\nReceived 2 response\(s\)\n\[0\]$/,
  );
});
