import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LabStatus } from '../../../server/contract/status.ts';
import { useDock } from '../state/dock-store.ts';
import { labOf } from '../state/lab.fixture.ts';
import { useLab } from '../state/lab-store.ts';
import { forgetRequirement, showRequirement } from '../state/requirement.ts';
import { GuidePane } from './guide-pane.tsx';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const guide = '# Lab\n\n## Required\n\n### R1 · Answer ARP\n\nIt is answered.\n\n### R2 · Ask\n\nIt is asked.\n';
let root: Root;
const shown: string[] = [];

beforeEach(async () => {
  shown.length = 0;
  useDock.setState({ handle: { show: (panel: string) => shown.push(panel) } as never });
  const lab = { ...labOf(1, 1, 1), requirements: [{ rule: 'RT10', section: 'r1-answer-arp' }] };
  const status = { phase: 'stopped', routers: [], hosts: [], terminals: [], chips: [] } as never as LabStatus;
  useLab.setState({ id: 'lab', detail: { lab, guide, status, lacks: [] } as never, status });
  const host = document.createElement('div');
  document.body.append(host);
  root = createRoot(host);
  await act(async () => root.render(<GuidePane />));
});
afterEach(async () => {
  await act(async () => root.unmount());
  act(() => forgetRequirement());
  document.body.replaceChildren();
});
const marked = () => document.querySelector<HTMLElement>('.guide-marked');

test('[GUIDE10] a requirement opens the guide at its section, marked and with the focus, until the mark is taken away', async () => {
  expect(marked()).toBeNull();
  await act(async () => showRequirement('RT10', 'It asks for an answer.'));
  expect(shown).toEqual(['guide']);
  expect(marked()?.textContent).toBe('RT10 It asks for an answer.R1 · Answer ARPIt is answered.');
  expect(document.activeElement).toBe(marked());
  await act(async () => document.querySelector<HTMLElement>('[data-testid="cmd-guide.forget"]')?.click());
  expect(marked()).toBeNull();
  expect(document.querySelector('.guide-text')?.textContent).toContain('It is asked.');
});

test('[GUIDE10] where the guide has no section for it, its sentence stands above the guide', async () => {
  await act(async () => showRequirement('RT99', 'Nobody wrote this down.'));
  expect(marked()?.textContent).toBe('RT99 Nobody wrote this down. This guide has no section of its own for it.');
  expect(document.querySelector('.guide')?.firstElementChild).toBe(marked());
});
