import { act } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StopFaults } from '../shell/intervention-banner.tsx';
import { type FaultInfo, type FaultSpec, resetInterventions, useInterventions } from '../state/interventions.ts';
import { labOf, statusOf } from '../state/lab.fixture.ts';
import { resetLab, useLab } from '../state/lab-store.ts';
import { faultPlaceId, faultPlaces } from '../state/places.ts';
import { linkFault, nodeFault } from '../topology/fault-marks.ts';
import { bridgeName, layoutMap } from '../topology/layout.ts';
import { byTestId, click, freshPage } from '../ui/page.fixture.ts';
import { effectsAt, emptyForm, faultOf, formOf } from './fault-form-state.ts';
import { choiceText, countText, faultText, whereText } from './fault-words.ts';
import { FaultsPane } from './faults-pane.tsx';
import { presetsOf } from './presets.ts';

const lab = labOf(2, 2, 1);
const places = faultPlaces(lab);
const delay: FaultSpec = {
  where: { kind: 'interface', router: 'r1', port: 2, direction: 'in' },
  what: { kind: 'delay', ms: 200, jitterMs: 20 },
  which: { filter: 'icmp', share: 0.25 },
  seed: 7,
  when: { afterMs: 1500, forMs: 0 },
};
const info = (spec: FaultSpec, part: Partial<FaultInfo> = {}): FaultInfo => ({
  ...{ ...spec, id: 'f1', state: 'active', matched: 12, affected: 3, lastSeq: 42, waiting: 1 },
  ...part,
});

let calls: { path: string; body: unknown }[] = [];

beforeEach(() => {
  resetInterventions();
  resetLab(lab.id);
  useLab.setState({ detail: { lab, guide: '', status: statusOf(lab), lacks: [] }, status: statusOf(lab) });
  calls = [];
  vi.stubGlobal('fetch', async (path: string, init: { body: string }) => {
    calls.push({ path: String(path).replace(/.*workbench\//, ''), body: JSON.parse(init.body) });
    return new Response('[]', { headers: { 'content-type': 'application/json' } });
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});
const { draw } = freshPage();

test('[FAULT1] places are those of the lab: links at both switches, interfaces, routers, switches, the controller', () => {
  expect(places.map(({ id }) => id)).toEqual([
    ...['link sw0 1', 'link sw0 2', 'link sw1 1', 'link sw1 2', 'link sw0 20', 'link sw1 21'],
    ...['interface r1 1', 'interface r1 2', 'interface r1 3', 'router r1', 'switch sw0', 'switch sw1', 'controller'],
  ]);
  expect(places.every(({ id, place }) => faultPlaceId(place) === id)).toBe(true);
});

test('[FAULT2] the form and the fault say the same, both ways', () => {
  expect(faultOf(formOf(delay), places)).toEqual({ fault: delay, problems: {} });
  const empty = faultOf(emptyForm('link sw0 1'), places).fault;
  expect(empty).toMatchObject({ what: { kind: 'lose' }, which: { filter: '' }, when: { afterMs: 0, forMs: 0 } });
});

test('[FAULT2] what is no number, no filter or cannot be done there is said by its input', () => {
  const form = { ...formOf(delay), amount: 'soon', filter: 'icmp.typ', number: '101', seed: '-1', afterS: '9999' };
  const { fault, problems } = faultOf(form, places);
  expect([fault, Object.keys(problems).sort()]).toEqual([undefined, ['afterS', 'amount', 'filter', 'number', 'seed']]);
  expect(faultOf({ ...emptyForm('link sw0 1'), what: 'kill' }, places).problems.what).toContain('cannot');
  expect(effectsAt({ kind: 'controller', direction: 'both' })).toContain('disconnect');
});

test('[FAULT3] a fault is told in words, with how often it hit', () => {
  expect([faultText(delay), whereText(delay.where, lab)]).toEqual([
    'Delays 25 % of icmp by 200 ms ± 20 ms',
    'r1 eth2, towards the router',
  ]);
  expect([1, 2, 3, 11, 22].map((nth) => choiceText({ filter: '', nth }))).toEqual([
    ...['the 1st packet', 'the 2nd packet', 'the 3rd packet', 'the 11th packet', 'the 22nd packet'],
  ]);
  expect(countText(info(delay))).toBe('hit 3 of 12 packets, 1 wait');
});

test('[FAULT4] ready-made faults fit the lab; a lab without routers has none of a router', () => {
  const made = presetsOf(lab);
  expect(made.map(({ id }) => id)).toEqual(['arp-reply', 'delay', 'loss', 'stall', 'disconnect', 'kill']);
  for (const { fault } of made) expect(faultOf(formOf(fault), places).fault).toEqual(fault);
  expect(presetsOf(labOf(2, 1, 0)).map(({ id }) => id)).toEqual(['arp-reply', 'delay', 'loss', 'disconnect']);
});

test('[FAULT5] a fault is marked on its link or node of the map, and nowhere else', () => {
  const layout = layoutMap(lab, false);
  const portOf = (_: string, name: string) => Number(name.replace('eth', ''));
  const marked = (faults: readonly FaultInfo[]) =>
    layout.links.flatMap((link) => (linkFault(link, faults, portOf) === undefined ? [] : [link.id]));
  expect(marked([info(delay)])).toEqual([layout.links.find(({ to }) => to.jack === 'eth2')?.id]);
  const [loss] = presetsOf(lab).filter(({ id }) => id === 'loss');
  const lost = info(loss?.fault ?? delay);
  expect(marked([lost])).toHaveLength(1);
  const link = layout.links.find(({ id }) => id === marked([lost])[0]);
  expect(link && linkFault(link, [lost, lost], portOf)).toBe('10 % loss +1');
  const cut = info({ ...delay, where: { kind: 'controller', direction: 'both' }, what: { kind: 'disconnect' } });
  expect([nodeFault(bridgeName, [cut]), nodeFault('sw0', [cut])]).toEqual(['cut off', undefined]);
});

test('[FAULT6] while a fault is set one button in the top bar stops all; without one there is none', async () => {
  await draw(<StopFaults narrow={false} />);
  expect(document.querySelector('button')).toBeNull();
  await act(async () => useInterventions.setState({ faults: [info(delay, { state: 'over' })] }));
  expect(document.querySelector('button')).toBeNull();
  await act(async () => useInterventions.setState({ faults: [info(delay, { state: 'scheduled' })] }));
  await click('cmd-faults.stop-all-now');
  expect(calls.map(({ path }) => path)).toEqual(['fault/stop-all']);
});

test('[FAULT7] the pane lists each fault with its counters, changes and removes it, and sets a ready-made one', async () => {
  useInterventions.setState({ faults: [info(delay)] });
  await draw(<FaultsPane />);
  expect(byTestId('fault-f1').textContent).toContain('hit 3 of 12 packets');
  await click('cmd-fault-f1.edit');
  expect(byTestId('fault-amount')).toMatchObject({ value: '200' });
  await click('cmd-fault.save');
  await click('cmd-fault-preset.kill');
  await click('cmd-fault-f1.remove');
  const asked = calls.filter(({ path }) => path === 'fault/set' || path === 'fault/remove');
  expect(asked).toEqual([
    { path: 'fault/set', body: { ...delay, id: 'f1' } },
    { path: 'fault/set', body: presetsOf(lab).find(({ id }) => id === 'kill')?.fault },
    { path: 'fault/remove', body: { id: 'f1' } },
  ]);
});
