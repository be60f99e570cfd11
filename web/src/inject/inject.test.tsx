import { act } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { summarize } from '../../../bridge/packet/dissect.ts';
import { interventionCommands } from '../shell/intervention-commands.ts';
import { useDock } from '../state/dock-store.ts';
import { draftFrom, useInjectDraft } from '../state/inject-draft.ts';
import { resetInterventions, useInterventions } from '../state/interventions.ts';
import { labOf, statusOf } from '../state/lab.fixture.ts';
import { resetLab, useLab } from '../state/lab-store.ts';
import { framePlaces } from '../state/places.ts';
import { useSelection } from '../state/selection.ts';
import { traceStore } from '../state/trace-store.ts';
import { byTestId, click, freshPage, type } from '../ui/page.fixture.ts';
import { type CraftForm, craft, firstForm } from './craft.ts';
import { useCraftForms } from './craft-forms.ts';
import { InjectPane } from './inject-pane.tsx';
import { captureOf, numberIn, replayOfCapture, replayOfOne, replayOfRange } from './replay-request.ts';

const lab = labOf(2, 1, 1);
const form = (part: Partial<CraftForm> = {}): CraftForm => ({ ...firstForm(lab, statusOf(lab)), ...part });
const infoOf = (part: Partial<CraftForm>): string => {
  const made = craft(form(part));
  return made.ok ? summarize(made.bytes).info : made.why;
};
const record = (bytes: Uint8Array) => ({
  ...{ seq: 7, tUs: 0, point: 'to_router' as const, node: 'r1', port: 2, verdict: 'passed' as const },
  ...{
    cause: 'none' as const,
    parents: [],
    rule: 'none' as const,
    confidence: 100,
    length: bytes.length,
    frame: bytes,
  },
});

/** A pcap file (microseconds, Ethernet) with these frames, 250 µs apart; `cut` keeps fewer bytes of the last. */
function pcapOf(frames: readonly Uint8Array[], cut = 0): Uint8Array {
  const size = 24 + frames.reduce((all, frame) => all + 16 + frame.length, 0) - cut;
  const file = new Uint8Array(size);
  const view = new DataView(file.buffer);
  for (const [i, value] of [0xa1b2c3d4, 0x00020004, 0, 0, 65_535, 1].entries()) view.setUint32(4 * i, value);
  let at = 24;
  for (const [i, frame] of frames.entries()) {
    const kept = i === frames.length - 1 ? frame.subarray(0, frame.length - cut) : frame;
    for (const [j, value] of [1, 250 * i, kept.length, frame.length].entries()) view.setUint32(at + 4 * j, value);
    file.set(kept, at + 16);
    at += 16 + kept.length;
  }
  return file;
}

let calls: { path: string; body: unknown }[] = [];

beforeEach(() => {
  resetInterventions();
  resetLab(lab.id);
  traceStore.reset();
  useSelection.getState().reset();
  useCraftForms.setState({ forms: {} });
  useInjectDraft.setState({ view: 'form', bytes: new Uint8Array(0), original: undefined, from: '', place: undefined });
  useLab.setState({ detail: { lab, guide: '', status: statusOf(lab), lacks: [] }, status: statusOf(lab) });
  calls = [];
  vi.stubGlobal('fetch', async (path: string, init: { body: string }) => {
    calls.push({ path: String(path).replace(/.*workbench\//, ''), body: JSON.parse(init.body) });
    const replay = { state: 'running', total: 3, sent: 0, skipped: 0, firstSeq: 0, lastSeq: 0 };
    const answer = String(path).endsWith('frame') ? { seq: 42 } : replay;
    return new Response(JSON.stringify(answer), { headers: { 'content-type': 'application/json' } });
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});
const { draw } = freshPage();

test('[INJECT1] the first form comes from the host that it names: with that host’s MAC', () => {
  const [first, last] = lab.hosts;
  if (first === undefined || last === undefined) throw new Error('the lab has two hosts');
  const known = { ...lab, hosts: [first, { ...last, mac: '02:00:00:00:00:aa' }] };
  const { ethSrc, senderMac, ipSrc } = firstForm(known, statusOf(known));
  expect({ ethSrc, senderMac, ipSrc }).toEqual({
    ethSrc: '02:00:00:00:00:aa',
    senderMac: '02:00:00:00:00:aa',
    ipSrc: last.address.split('/')[0],
  });
});

test('[INJECT1] the form makes ARP, ICMP, UDP and TCP, tagged or not, with text or hex; what is no packet is said', () => {
  expect(infoOf({ kind: 'arp', operation: 'reply', senderIp: '10.0.1.1' })).toContain('10.0.1.1 is at');
  expect(infoOf({ kind: 'icmp', icmpType: '8', ttl: '1' })).toContain('ttl=1');
  expect(infoOf({ kind: 'udp', dstPort: '9' })).toContain('9');
  expect(infoOf({ kind: 'tcp', flags: ['syn', 'ack'] })).toContain('SYN');
  const tagged = craft(form({ vlan: '5', payload: 'de ad', payloadIs: 'hex' }));
  expect(tagged.ok && [...tagged.bytes.subarray(12, 16)]).toEqual([0x81, 0, 0, 5]);
  expect([infoOf({ ttl: '300' }), infoOf({ ipDst: 'there' }), infoOf({ payload: 'x', payloadIs: 'hex' })]).toEqual([
    expect.stringContaining('ip.ttl'),
    expect.stringContaining('ip.dst'),
    expect.stringContaining('hex'),
  ]);
});

test('[INJECT2] places are the lab’s: each port and interface at each point that can take a frame', () => {
  const ids = framePlaces(lab).map(({ id }) => id);
  expect(ids).toContain('packet_in sw0 1');
  expect(ids).toContain('to_router r1 3');
  expect([ids.length, new Set(ids).size]).toEqual([10, 10]);
});

test('[INJECT3] a frame is injected where it was chosen, once or many times at a pace', async () => {
  await draw(<InjectPane />);
  await click('cmd-inject.send');
  expect(calls[0]).toMatchObject({ path: 'inject/frame', body: { point: 'packet_in', node: 'sw0', port: 2 } });
  expect(byTestId('cmd-inject.open').textContent).toContain('#42');
  await type('inject-times', '3');
  await click('cmd-inject.send');
  const body: unknown = calls.find(({ path }) => path === 'inject/replay')?.body;
  expect(body).toMatchObject({ speed: 1, from: { frames: [{ atUs: 0 }, { atUs: 100_000 }, { atUs: 200_000 }] } });
  await type('inject-times', 'many');
  expect(byTestId('cmd-inject.send').getAttribute('aria-disabled')).toBe('true');
});

test('[INJECT4] `e` takes the selected packet, at the point where it was seen, to be changed', async () => {
  const made = craft(form());
  if (!made.ok) throw new Error(made.why);
  traceStore.take({ epochMs: 1, records: [record(made.bytes)] });
  const edit = interventionCommands.find(({ id }) => id === 'packet.edit');
  expect(edit?.when?.()).toBe(false);
  useSelection.getState().select({ kind: 'packet', seq: 7 });
  const shown: string[] = [];
  const handle = { show: (panel: string) => shown.push(panel) };
  useDock.setState({
    handle: {
      ...handle,
      short: () => '',
      takeLayout: () => false,
      bring: () => {},
      close: () => {},
      focusNext: () => {},
      preset: () => {},
      reset: () => {},
    },
  });
  edit?.run();
  expect([shown, useInjectDraft.getState().from, useInjectDraft.getState().place]).toEqual([
    ['inject'],
    '#7',
    { point: 'to_router', node: 'r1', port: 2 },
  ]);
  useDock.setState({ handle: undefined });
});

test('[INJECT4] a packet of a point that takes no frames leaves the place as it was', () => {
  useInjectDraft.setState({ place: { point: 'packet_in', node: 'sw0', port: 1 } });
  draftFrom({ ...record(new Uint8Array(60)), point: 'host.rx' }, new Uint8Array(60));
  expect(useInjectDraft.getState().place).toEqual({ point: 'packet_in', node: 'sw0', port: 1 });
});

test('[INJECT5] a capture’s whole Ethernet frames are replayed with their times; the others are counted', () => {
  const [one, two] = [new Uint8Array(60).fill(1), new Uint8Array(60).fill(2)];
  const at = { point: 'packet_in', node: 'sw0', port: 1 } as const;
  const capture = captureOf('a.pcap', pcapOf([one, two]));
  expect(replayOfCapture(capture, at, 2)).toMatchObject({
    speed: 2,
    from: { kind: 'frames', at, frames: [{ atUs: 0 }, { atUs: 250 }] },
  });
  expect(captureOf('b.pcap', pcapOf([one, two], 4))).toMatchObject({ skipped: 1, frames: [{ atUs: 0 }] });
  expect(() => captureOf('c.txt', new TextEncoder().encode('no capture'))).toThrow(/pcap/);
});

test('[INJECT5] a range is replayed to where it was seen; numbers out of range are none', () => {
  expect(replayOfRange(3, 9, 'to_router', 0.1)).toEqual({
    from: { kind: 'log', fromSeq: 3, toSeq: 9, point: 'to_router' },
    speed: 0.1,
  });
  expect(replayOfOne(new Uint8Array(14), { point: 'packet_in', node: 'sw0', port: 1 }, 2, 0).speed).toBe(0);
  expect([numberIn('7', 1, 9), numberIn('10', 1, 9), numberIn('x', 1, 9)]).toEqual([7, undefined, undefined]);
});

test('[INJECT6] a replay shows how far it is, can be cancelled, and then shows its packets', async () => {
  useInjectDraft.setState({ view: 'replay' });
  const replay = { state: 'running' as const, total: 20, sent: 5, skipped: 2, firstSeq: 100, lastSeq: 109 };
  useInterventions.setState({ replay });
  await draw(<InjectPane />);
  expect(byTestId('replay-progress').textContent).toContain('5 of 20 packets, 2 left out');
  expect(byTestId('cmd-replay.start').getAttribute('aria-disabled')).toBe('true');
  await click('cmd-replay.cancel');
  expect(calls.map(({ path }) => path)).toEqual(['inject/cancel']);
  await act(async () => useInterventions.setState({ replay: { ...replay, state: 'done' } }));
  expect(byTestId('cmd-replay.open').textContent).toContain('#100 to #109');
});

test('[INJECT8] a form that was begun outlives the pane, each lab has its own, and the page brings back form and packet', async () => {
  const field = (name: string) => byTestId(`craft-${name}`).getAttribute('value');
  await draw(<InjectPane />);
  await type('craft-ttl', '7');
  await draw(null);
  await draw(<InjectPane />);
  expect(field('ttl')).toBe('7');
  const other = { ...lab, id: 'other', hosts: lab.hosts.map((host) => ({ ...host, address: '10.9.9.9/24' })) };
  await act(async () => useLab.setState({ detail: { lab: other, guide: '', status: statusOf(other), lacks: [] } }));
  const first = firstForm(other, statusOf(other));
  expect(first.ipSrc).not.toBe(form().ipSrc);
  expect([field('ttl'), field('ipSrc')]).toEqual([first.ttl, first.ipSrc]);
  draftFrom(record(Uint8Array.of(1, 2, 255)), Uint8Array.of(1, 2, 255));
  useInjectDraft.setState({ bytes: Uint8Array.of(9) });
  const before = [useInjectDraft.getState(), useCraftForms.getState()];
  // A page that is loaded finds what this one kept.
  const kept = { ...sessionStorage };
  useInjectDraft.setState(useInjectDraft.getInitialState(), true);
  useCraftForms.setState(useCraftForms.getInitialState(), true);
  for (const [key, value] of Object.entries(kept)) sessionStorage.setItem(key, value);
  await act(async () => Promise.all([useInjectDraft.persist.rehydrate(), useCraftForms.persist.rehydrate()]));
  expect([useInjectDraft.getState(), useCraftForms.getState()]).toEqual(before);
  expect(useInjectDraft.getState().original).toBeInstanceOf(Uint8Array);
});
