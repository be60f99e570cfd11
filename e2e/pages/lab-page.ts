import type { Locator, Page } from 'playwright-core';
import { TerminalPane } from './terminal-pane.ts';
import { TracePane } from './trace-pane.ts';

export type Chip = 'network' | 'switch' | 'controller' | 'vns' | 'router' | 'hosts';
const chips: readonly Chip[] = ['network', 'switch', 'controller', 'vns', 'router', 'hosts'];
type PaneName =
  | 'guide'
  | 'map'
  | 'trace'
  | 'router'
  | 'checks'
  | 'flows'
  | 'held'
  | 'compare'
  | 'findings'
  | 'faults'
  | 'metrics';
const startMs = 30_000;

/** A lab's view, in the wide layout. */
export class LabPage {
  readonly page: Page;
  readonly trace: TracePane;
  constructor(page: Page) {
    this.page = page;
    this.trace = new TracePane(page);
  }

  byTestId(id: string): Locator {
    return this.page.getByTestId(id);
  }

  async waitUntilShown(): Promise<void> {
    await this.page.getByTestId('lab-view').waitFor({ timeout: startMs });
  }

  /** Waits until a readiness chip is in a state: idle, waiting, ok, failed. */
  async waitForChip(chip: Chip, state: string): Promise<void> {
    await this.page.locator(`[data-testid="ready-${chip}"][data-state="${state}"]`).waitFor({ timeout: startMs });
  }

  async waitUntilReady(): Promise<void> {
    for (const chip of chips) await this.waitForChip(chip, 'ok');
  }

  /** Brings a terminal to the front: `mininet`, `router:NAME` or a host shell's id. */
  async terminal(id: string): Promise<TerminalPane> {
    const tab = this.page
      .getByTestId(`tab-${id.replace(':', '-')}`)
      .or(this.page.getByTestId(`tab-terminal-${id.replace(':', '-')}`));
    await tab.first().click();
    const terminal = new TerminalPane(this.page, id);
    await terminal.waitUntilJoined();
    return terminal;
  }

  /** Shows a pane by its button in the rail. */
  async show(pane: PaneName): Promise<void> {
    await this.page.getByTestId(`rail-${pane}`).click();
  }

  /** Stops the lab; what the page asks before, if there are packets to lose, is answered with yes. */
  async stop(): Promise<void> {
    await this.page.getByTestId('cmd-lab-menu').click();
    await this.page.getByTestId('menu-lab-stop').click();
    const sure = this.page.getByTestId('cmd-stop.sure');
    const stopped = this.page.locator('[data-testid="lab-view"][data-phase="stopped"]');
    await sure.or(stopped).first().waitFor({ timeout: startMs });
    if (await sure.isVisible()) await sure.click();
    await stopped.waitFor({ timeout: startMs });
  }
}
