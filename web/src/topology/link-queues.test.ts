import { expect, test } from 'vitest';
import { labOf } from '../state/lab.fixture.ts';
import { layoutMap } from './layout.ts';
import { linkQueues, queueText } from './link-queues.ts';

const lab = labOf(1, 2, 0);
const layout = layoutMap(lab, false);
const linkOf = (id: string) => {
  const link = layout.links.find((each) => each.id === id);
  if (link === undefined) throw new Error(`no link ${id}`);
  return link;
};
const empty = { waiting: 0, limit: 100 };

test('[MAP14] what waits on a cable is told from both of its ends, and only where somebody can tell', () => {
  const trunk = lab.links.findIndex(({ a, b }) => a.node === 'sw0' && b.node === 'sw1');
  const queues = [
    { link: 0, there: empty, back: empty },
    { link: trunk, there: { waiting: 1200, limit: 2000 }, back: { waiting: 0, limit: 2000 } },
  ];
  const textOf = (id: string, known: typeof queues | undefined) =>
    queueText(linkQueues(linkOf(id), lab, known === undefined ? {} : { queues: known }));
  expect(textOf('sw0:20|sw1:21', queues)).toBe('1,200 of 2,000 at sw0 port 20');
  expect(textOf('h0x1|sw0:1', queues)).toBe('none, 100 may');
  expect(textOf('h1x1|sw1:1', queues)).toBe('not measured');
  expect(textOf('h0x1|sw0:1', undefined)).toBe('not measured');
  expect(linkQueues(linkOf('sw0|the-bridge'), lab, { queues })).toBeUndefined();
});
