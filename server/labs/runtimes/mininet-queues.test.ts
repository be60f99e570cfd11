import { expect, test } from 'vitest';
import { twoHosts } from '../testing/two-hosts.ts';
import { tcQueues } from './mininet-queues.ts';

const lab = twoHosts({ link: { bandwidthMbps: 1, queueFrames: 50 } });
const line = (dev: string, qlen: number) =>
  JSON.stringify([
    { kind: 'tbf', handle: '2:', root: true, dev, qlen: qlen + 1 },
    { kind: 'pfifo', handle: '3:', parent: '2:1', dev, options: { limit: 50 }, qlen },
  ]);

test('[RUN20] of what tc says the frames in the queue of a limited link count, from both ends', () => {
  const both = `${line('sw0-eth1', 0)}\n${line('h1-eth0', 7)}\n`;
  expect(tcQueues(lab, both)).toEqual([{ link: 0, there: { waiting: 7, limit: 50 }, back: { waiting: 0, limit: 50 } }]);
  expect(tcQueues(lab, line('h1-eth0', 7))).toEqual([]);
  expect(tcQueues(lab, 'Error: no tc\n')).toEqual([]);
});
