import { act } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { buildFrame } from '../../../bridge/packet/build.ts';
import { checksumPlaces } from '../../../bridge/packet/checksum-places.ts';
import { dissect } from '../../../bridge/packet/dissect.ts';
import type { TraceRecord } from '../../../bridge/packet/trace-batch.ts';
import { HeldEdits } from '../session/held-edits.ts';
import { takeHeld } from '../session/interventions.ts';
import { fromBase64, toBase64 } from '../state/base64.ts';
import { useInjectDraft } from '../state/inject-draft.ts';
import { type Held, heldFor, resetInterventions, useHoldView, useInterventions } from '../state/interventions.ts';
import { resetLab } from '../state/lab-store.ts';
import { useSelection } from '../state/selection.ts';
import { traceStore } from '../state/trace-store.ts';
import { changedBytes, changedFields, editableLayers, shortWas } from '../ui/editable-fields.ts';
import { filterProblem } from '../ui/filter-field.tsx';
import { withChecksums } from '../ui/frame-editor.tsx';
import { bytesOfHex, HexEditor } from '../ui/hex-editor.tsx';
import { byTestId, click, find, freshPage, type } from '../ui/page.fixture.ts';
import { HeldPane } from './held-pane.tsx';
import { freshId, goneText, leftText, whyText } from './held-words.ts';

const reply = buildFrame({
  eth: { dst: '02:00:00:00:00:03', src: '0a:00:00:01:00:03' },
  layer: {
    ...{ kind: 'arp', operation: 'reply', senderMac: '0a:00:00:01:00:03', senderIp: '10.0.1.1' },
    ...{ targetMac: '02:00:00:00:00:03', targetIp: '10.0.1.100' },
  },
});
const ping = buildFrame({
  eth: { dst: '02:00:00:00:00:03', src: '0a:00:00:01:00:03' },
  layer: {
    ...{ kind: 'ipv4', src: '10.0.1.100', dst: '192.168.2.2', ttl: 64, id: 7, dontFragment: false },
    ...{ transport: { kind: 'icmp', type: 8, code: 0, ident: 1, seq: 1 }, payload: new Uint8Array(8) },
  },
});
const frame = (id: number, bytes: Uint8Array, part: { isEdited?: boolean; seq?: number } = {}) => ({
  ...{ id, seq: part.seq ?? id * 4, point: 'from_router' as const, node: 'router', port: 3, next: 'to the switch' },
  ...{ why: { kind: 'breakpoint' as const, id: 'b1' }, bytes: toBase64(bytes), isEdited: part.isEdited ?? false },
  ...{ isWhole: true, heldUs: 1_000_000, deadlineUs: 31_000_000 },
});
const settings = { stopRouter: false, holdMs: 30_000, capacity: 256, breakpoints: [] };
const checksumsRight = (bytes: Uint8Array): boolean[] =>
  checksumPlaces(bytes).map(({ at, expected }) => ((bytes[at] ?? 0) << 8) + (bytes[at + 1] ?? 0) === expected);

let calls: { path: string; body: unknown }[] = [];

beforeEach(() => {
  resetInterventions();
  useHoldView.setState({ view: 'held', typedInto: undefined });
  resetLab('simple-router');
  useSelection.getState().reset();
  calls = [];
  vi.stubGlobal('fetch', async (path: string, init: { body: string }) => {
    calls.push({ path: String(path).replace(/.*workbench\//, ''), body: JSON.parse(init.body) });
    const answer = String(path).endsWith('breakpoints') ? settings : { done: 1, gone: [] };
    return new Response(JSON.stringify(answer), { headers: { 'content-type': 'application/json' } });
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});
const { draw } = freshPage();

test('[HOLD1] deadlines of the lab’s clock become times of this page, and what is left is counted down', () => {
  takeHeld({ nowUs: 5_000_000, frames: [frame(1, reply)] }, 100_000);
  const [held] = useInterventions.getState().held;
  expect([held?.heldMs, held?.deadlineMs]).toEqual([96_000, 126_000]);
  expect([leftText(126_000, 100_000), leftText(126_000, 125_600), leftText(126_000, 200_000)]).toEqual([
    '26 s left',
    '1 s left',
    '0 s left',
  ]);
});

test('[HOLD2] the selected packet’s frame is shown, else the oldest', () => {
  takeHeld({ nowUs: 0, frames: [frame(1, reply), frame(2, ping)] }, 0);
  const { held } = useInterventions.getState();
  const idOf = (found: Held | undefined) => found?.id;
  expect([idOf(heldFor(held, 8)), idOf(heldFor(held, 99)), idOf(heldFor(held, undefined))]).toEqual([2, 1, 1]);
  expect(heldFor([], 8)).toBeUndefined();
});

test('[HOLD3] [PK76] a breakpoint’s filter is checked while it is typed; what only a log knows is refused, with its place', () => {
  expect([filterProblem(''), filterProblem('arp.opcode == 2')]).toEqual([undefined, undefined]);
  expect(filterProblem('arp.opcod == 2')).toContain('arp.opcode');
  expect(filterProblem('icmp and lab.chain == 4')).toMatch(/^Character 10: lab\.chain is not known .*Use .*lab\.point/);
  expect(filterProblem('tcp.stream == 1')).toMatch(/^Character 1: tcp\.stream is not known .*Use .*tcp\.port/);
});

test('[HOLD4] a field that is typed over changes the frame at once and sends it, checksums along', async () => {
  takeHeld({ nowUs: 0, frames: [frame(1, ping)] }, 0);
  await draw(<HeldPane />);
  await type('held-field-ip.ttl', '1');
  const sent = calls.find(({ path }) => path === 'hold/act')?.body;
  expect(sent).toMatchObject({ ids: [1], action: { kind: 'edit-bytes' } });
  const [held] = useInterventions.getState().held;
  const ttl = dissect(held?.bytes ?? new Uint8Array(0))
    .layers.flatMap(({ fields }) => fields)
    .find(({ name }) => name === 'ip.ttl')?.value;
  expect([ttl, held?.isEdited, checksumsRight(held?.bytes ?? ping)]).toEqual([1, true, [true, true]]);
  expect(byTestId('held-diff').textContent).toContain('64 → 1');
});

test('[HOLD4] a value that cannot be is said beside its field, and nothing is sent', async () => {
  takeHeld({ nowUs: 0, frames: [frame(1, reply)] }, 0);
  await draw(<HeldPane />);
  await type('held-field-arp.src.hw_mac', '0a:00:zz');
  expect(byTestId('held-field-arp.src.hw_mac').getAttribute('aria-invalid')).toBe('true');
  expect(document.body.textContent).toContain('a hardware address');
  expect([calls, changedBytes(useInterventions.getState().held[0]?.bytes ?? ping, reply)]).toEqual([[], 0]);
});

test('[HOLD5] checksums are made right, wrong, or left as they were', () => {
  const edited = ping.slice();
  edited[22] = 9;
  expect(checksumsRight(withChecksums(edited, ping, 'recompute'))).toEqual([true, true]);
  expect(checksumsRight(withChecksums(edited, ping, 'break'))).toEqual([false, false]);
  const kept = withChecksums(withChecksums(edited, ping, 'recompute'), ping, 'keep');
  expect(changedBytes(ping, kept)).toBe(1);
});

test('[HOLD6] hex digits overwrite where the cursor is, Delete and Insert change the length, pasted hex replaces all', async () => {
  let bytes = Uint8Array.of(0xab, 0xcd, 0xef);
  const show = () =>
    draw(
      <HexEditor
        id="x"
        bytes={bytes}
        original={undefined}
        mark={undefined}
        onChange={(next) => {
          bytes = Uint8Array.from(next);
        }}
      />,
    );
  const press = async (key: string) => {
    await act(async () => {
      byTestId('x-hex').dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    });
    await show();
  };
  await show();
  for (const key of ['1', '2', '3']) await press(key);
  expect([...bytes]).toEqual([0x12, 0x3d, 0xef]);
  await press('Delete');
  await press('Insert');
  expect([...bytes]).toEqual([0x12, 0x00, 0xef]);
  expect([...(bytesOfHex('0x45 00:0a') ?? [])]).toEqual([0x45, 0, 0x0a]);
  expect([bytesOfHex('4'), bytesOfHex('zz'), bytesOfHex('')]).toEqual([undefined, undefined, undefined]);
});

test('[HOLD6] what changed is named field by field, with what it was', () => {
  const edited = reply.slice();
  edited[27] = 0x99;
  expect([...changedFields(reply, editableLayers(edited))]).toEqual([['arp.src.hw_mac', '0a:00:00:01:00:03']]);
  expect(shortWas('0a:00:00:01:00:03', '0a:00:00:01:00:99')).toBe('03');
  expect([shortWas('10.0.1.1', '10.0.2.2'), shortWas('64', '1')]).toEqual(['1.1', '64']);
  expect([changedBytes(reply, edited), changedFields(undefined, editableLayers(edited)).size]).toEqual([1, 0]);
});

test('[HOLD7] edits of one frame are sent one after the other, of several only the latest; a list asked for before them is older', async () => {
  const sent: number[] = [];
  let answer: () => void = () => undefined;
  const edits = new HeldEdits(async (_, bytes) => {
    sent.push(bytes[0] ?? -1);
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
  });
  const before = edits.generation;
  for (const byte of [1, 2, 3]) edits.push(7, Uint8Array.of(byte));
  expect([sent, edits.of(7)?.[0], edits.of(8)]).toEqual([[1], 3, undefined]);
  answer();
  await expect.poll(() => sent).toEqual([1, 3]);
  answer();
  await edits.settled();
  expect([edits.of(7), edits.generation > before]).toEqual([undefined, true]);
});

test('[HOLD7] what was typed here wins over the server’s list until it was sent; the bytes as they came are kept', () => {
  takeHeld({ nowUs: 0, frames: [frame(1, reply)] }, 0);
  const mine = reply.slice();
  mine[0] = 0xff;
  takeHeld({ nowUs: 0, frames: [frame(1, reply)] }, 0, { of: () => mine });
  const [held] = useInterventions.getState().held;
  expect([held?.bytes, held?.isEdited, held?.original]).toEqual([mine, true, reply]);
  expect(fromBase64(toBase64(mine))).toEqual(mine);
});

test('[HOLD8] forward, drop, replay, revert and step ask the lab for the frame that is shown', async () => {
  takeHeld({ nowUs: 0, frames: [frame(1, reply, { isEdited: true }), frame(2, ping)] }, 0);
  await draw(<HeldPane />);
  for (const id of ['held.forward', 'held.drop', 'held.replay', 'held.revert', 'held.step']) {
    await click(`cmd-${id}`);
    await expect.poll(() => calls.some(({ path }) => path === 'hold/act' || path === 'hold/step')).toBe(true);
  }
  const asked = calls.flatMap(({ path, body }) => (path === 'hold/act' || path === 'hold/step' ? [body] : []));
  expect(asked).toEqual([
    ...['forward', 'drop', 'duplicate', 'revert'].map((kind) => ({ ids: [1], action: { kind } })),
    { id: 1 },
  ]);
});

test('[HOLD9] a frame says why it is held; a new breakpoint gets an id of its own', () => {
  const breakpoints = [{ id: 'b1', filter: 'icmp' }];
  expect(whyText({ kind: 'breakpoint', id: 'b1' }, breakpoints)).toContain('icmp');
  expect(whyText({ kind: 'breakpoint', id: 'b2' }, breakpoints)).toContain('removed');
  expect(whyText({ kind: 'behind', id: 4 }, breakpoints)).toContain('order');
  expect([freshId([]), freshId([{ id: 'b1' }, { id: 'b3' }])]).toEqual(['b1', 'b2']);
});

test('[HOLD10] without a held packet the pane says so and leads to the breakpoints', async () => {
  await draw(<HeldPane />);
  expect(byTestId('held-empty').textContent).toContain('No packet is held');
  await act(async () => useInterventions.setState({ breakpoints: settings }));
  await click('cmd-held.to-breakpoints');
  expect(byTestId('breakpoint-filter')).not.toBeNull();
  await type('breakpoint-filter', 'arp.opcode == 2');
  await act(async () => byTestId('cmd-breakpoint.save').click());
  await expect
    .poll(() => calls.map(({ body }) => body))
    .toContainEqual({
      breakpoints: [{ id: 'b1', filter: 'arp.opcode == 2', points: ['from_router'], enabled: true, limit: 0 }],
    });
});

test('[HOLD11] a frame that is let go while somebody types into it stays as it was typed, and takes what is typed on', async () => {
  takeHeld({ nowUs: 0, frames: [frame(1, ping), frame(2, reply)] }, 0);
  await draw(<HeldPane />);
  const field = byTestId('held-field-ip.ttl');
  await act(async () => field.focus());
  await type('held-field-ip.ttl', '5');
  await act(async () => takeHeld({ nowUs: 0, frames: [frame(2, reply)] }, 0));
  expect([byTestId('held-field-ip.ttl'), document.activeElement]).toEqual([field, field]);
  expect(byTestId('held-gone').textContent).toContain('#4 is no longer held. Your edit is kept here.');
  const { held } = useInterventions.getState();
  expect(heldFor(held, undefined, useHoldView.getState().gone), 'none for the keys').toBeUndefined();
  calls = [];
  await type('held-field-ip.ttl', '51');
  expect([calls, byTestId('held-diff').textContent]).toEqual([[], expect.stringContaining('64 → 51')]);
  await click('cmd-held.make');
  expect(useInjectDraft.getState()).toMatchObject({ view: 'bytes', from: '#4', place: { point: 'from_router' } });
  expect(useInjectDraft.getState().bytes[22]).toBe(51);
  await click('cmd-held.leave');
  expect(find('held-gone')).toBeNull();
  expect(byTestId('held-field-arp.src.hw_mac')).not.toBeNull();
});

test('[HOLD11] one that nobody types into makes room for the next, and choosing another one leaves what is gone', async () => {
  const three = [frame(1, ping), frame(2, ping), frame(3, reply)];
  takeHeld({ nowUs: 0, frames: three }, 0);
  await draw(<HeldPane />);
  await act(async () => byTestId('held-field-ip.ttl').focus());
  await act(async () => byTestId('cmd-held.forward').focus());
  await act(async () => takeHeld({ nowUs: 0, frames: three.slice(1) }, 0));
  expect([find('held-gone'), byTestId('held-row-2').getAttribute('aria-current')]).toEqual([null, 'true']);
  await act(async () => byTestId('held-field-ip.ttl').focus());
  await act(async () => takeHeld({ nowUs: 0, frames: three.slice(2) }, 0));
  expect(find('held-gone')).not.toBeNull();
  await click('held-row-3');
  expect([find('held-gone'), useHoldView.getState().gone]).toEqual([null, undefined]);
  await act(async () => byTestId('held-field-arp.src.hw_mac').focus());
  await draw(null);
  await act(async () => takeHeld({ nowUs: 0, frames: [] }, 0));
  expect(useHoldView.getState(), 'of a pane that is closed nobody types').toMatchObject({ gone: undefined });
});

test('[HOLD11] what became of it is told by the record of its holding', () => {
  traceStore.reset();
  const held: TraceRecord = {
    ...{ seq: 1, tUs: 1, point: 'hold', node: 'router', port: 3, verdict: 'held', cause: 'none', parents: [] },
    ...{ rule: 'none', confidence: 100, length: 42, frame: new Uint8Array(42) },
  };
  const told = (record?: Partial<TraceRecord>) => {
    const records = record === undefined ? [held] : [held, { ...held, seq: 2, parents: [1], ...record }];
    traceStore.reset();
    traceStore.take({ epochMs: 1, records });
    return goneText(1);
  };
  expect([
    told(),
    told({ point: 'drop', verdict: 'dropped', cause: 'held too long' }),
    told({ point: 'drop', verdict: 'dropped', cause: 'breakpoint' }),
    told({ point: 'hold', verdict: 'edited' }),
  ]).toEqual([
    '#1 is no longer held.',
    '#1 was dropped: its time was over.',
    '#1 was dropped by somebody else.',
    '#1 was forwarded by somebody else.',
  ]);
});
