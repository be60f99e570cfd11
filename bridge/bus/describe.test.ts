import { expect, test } from 'vitest';
import { describeEvent } from './describe.ts';

test('[BR16] what a peer calls itself cannot drive a terminal or flood a page', () => {
  const name = '\u001b]0;owned\u0007\u202e';
  const port = { node: 'sw0', dpid: '', port: 1, name, change: 'up' } as const;
  expect(describeEvent('port:changed', port).text).toBe('Port 1 (?]0;owned??) of sw0 is up');
  const { reason } = describeEvent('peer:malformed', { node: '', peer: '', reason: 'x'.repeat(5000) });
  expect(reason).toHaveLength(401);
});

test('[BR16] an event has a line for people, with its reason apart', () => {
  expect(
    describeEvent('switch:connected', {
      node: 'sw0',
      dpid: '1',
      peer: '',
      description: 'Open vSwitch 3.1.0',
      ports: 1,
    }),
  ).toEqual({ node: 'sw0', level: 'info', text: 'Switch sw0 connected: Open vSwitch 3.1.0, 1 port', reason: '' });
});
