import { afterEach, expect, test } from 'vitest';
import { showPanel, useDock } from './dock-store.ts';
import { resetLab } from './lab-store.ts';

const frame = () => {
  const shown: string[] = [];
  useDock.setState({ handle: { show: (panel: string) => shown.push(panel) } as never });
  return shown;
};
const settled = () => new Promise((done) => setTimeout(done));

afterEach(() => {
  useDock.setState({ handle: undefined });
  resetLab(undefined);
});

test('[UI47] a pane that was asked for before there was a frame is shown once there is one, and once only', async () => {
  resetLab('one');
  showPanel('packet');
  showPanel('faults');
  const shown = frame();
  await settled();
  expect(shown).toEqual(['faults']);
  useDock.setState({ handle: undefined });
  const again = frame();
  await settled();
  expect(again).toEqual([]);
});

test('[UI47] what was asked for in one lab is not shown in another', async () => {
  resetLab('one');
  showPanel('faults');
  resetLab('two');
  const shown = frame();
  await settled();
  expect(shown).toEqual([]);
});
