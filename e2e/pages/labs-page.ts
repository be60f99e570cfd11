import type { Page } from 'playwright-core';
import { LabPage } from './lab-page.ts';

/** The catalogue: choose a lab, a router, and start it. */
export class LabsPage {
  readonly #page: Page;
  constructor(page: Page) {
    this.#page = page;
  }

  /** Opens a lab's side panel. */
  async choose(lab: string): Promise<void> {
    await this.#page.getByTestId(`lab-${lab}`).click();
    await this.#page.getByTestId('lab-panel').waitFor();
  }

  /** Starts the chosen lab with one of the ways to have a router and returns the lab's page. */
  async start(router?: 'command' | 'reference' | 'network'): Promise<LabPage> {
    if (router) await this.#page.getByTestId(`router-kind-${router}`).click();
    await this.#page.getByTestId('cmd-start').click();
    const lab = new LabPage(this.#page);
    await lab.waitUntilShown();
    return lab;
  }
}
