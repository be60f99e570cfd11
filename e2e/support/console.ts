import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { LabPage } from '../pages/lab-page.ts';
import { LabsPage } from '../pages/labs-page.ts';
import { type PageOptions, WatchedPage } from './browser.ts';
import { ServerProcess, type ServerStart } from './server-process.ts';

/** A console of its own for one test file: the compiled server on free ports, and a browser to look at it. */
export class Console implements AsyncDisposable {
  #server: ServerProcess;
  readonly browser: Browser;
  readonly folder: string;
  readonly #pages: WatchedPage[] = [];

  private constructor(server: ServerProcess, browser: Browser, folder: string) {
    this.#server = server;
    this.browser = browser;
    this.folder = folder;
  }

  /** `start` is how its server is started. */
  static async start(browser: Browser, start: ServerStart = {}): Promise<Console> {
    const folder = await mkdtemp(join(tmpdir(), 'patchbay-e2e-'));
    return new Console(await ServerProcess.start(start), browser, folder);
  }

  get server(): ServerProcess {
    return this.#server;
  }

  /** Starts the server again on the address that it had. */
  async restart(): Promise<void> {
    this.#server = await ServerProcess.start({ args: ['--port', new URL(this.#server.url).port] });
  }

  /** Opens the catalogue. */
  async labs(options?: PageOptions): Promise<LabsPage> {
    return new LabsPage((await this.open('/', options)).page);
  }

  /** Starts the Simple Router with the reference from the catalogue and waits until all of it is up. */
  async startReference(): Promise<LabPage> {
    const labs = await this.labs();
    await labs.choose('simple-router');
    const lab = await labs.start('reference');
    await lab.waitUntilReady();
    return lab;
  }

  /** Opens a lab's view. */
  async lab(id: string, options?: PageOptions): Promise<LabPage> {
    const lab = new LabPage((await this.open(`/lab/${id}`, options)).page);
    await lab.waitUntilShown();
    return lab;
  }

  async open(path: string, options?: PageOptions): Promise<WatchedPage> {
    const watched = await WatchedPage.open(
      this.browser,
      `${this.server.url}${path}${path.includes('?') ? '&' : '?'}renderer=dom&motion=0`,
      options,
    );
    this.#pages.push(watched);
    return watched;
  }

  /** What no page may ever have said: errors, refused content, requests to another origin. */
  get complaints(): string[] {
    return this.#pages.flatMap((page) => page.complaints);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const page of this.#pages) await page[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}
