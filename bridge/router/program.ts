import { type ClientIdentity, VnsClient } from './client.ts';
import { interfaceTable, Journal, type Line, routeLines } from './journal.ts';
import { Router, type RouterInterface } from './router.ts';
import { parseRtable, type Route, RoutingTable } from './rtable.ts';
import { type Wrong, wrongs } from './wrong.ts';

export interface ProgramOptions {
  readonly identity: ClientIdentity;
  /** Undefined: none is known until the server sends one. */
  readonly routes: readonly Route[] | undefined;
  readonly wrong: ReadonlySet<Wrong>;
  readonly quiet: boolean;
  /** Takes a line without its end. */
  readonly print: (line: Line) => void;
  readonly nowMs: number;
}

/** The reference router as a whole, without its socket, clock and terminal: VNS session, router and what it says. */
export class RouterProgram {
  readonly #options: ProgramOptions;
  readonly #client: VnsClient;
  readonly #startMs: number;
  #nowMs: number;
  #routes: readonly Route[];
  #interfaces: readonly RouterInterface[] = [];
  #router: Router | undefined;
  #journal: Journal | undefined;
  #ended: string | undefined;
  #congested = false;
  #unsent = 0;

  constructor(options: ProgramOptions) {
    this.#options = options;
    this.#routes = options.routes ?? [];
    this.#startMs = options.nowMs;
    this.#nowMs = options.nowMs;
    this.#client = new VnsClient(
      options.identity,
      {
        hardware: (interfaces) => this.#setUp(interfaces),
        routingTable: (text) => this.#takeRoutes(text),
        frame: (index, bytes, start, end) => this.#router?.receive(index, bytes, start, end, this.#nowMs),
        link: (index, up) => this.#setLink(index, up),
        said: options.print,
        ended: (reason) => {
          this.#ended = reason;
        },
      },
      options.nowMs,
    );
    for (const name of options.wrong) options.print(`Wrong on purpose (${name}): ${wrongs[name].does}.`);
  }

  /** Why the session is over; undefined while it is not. */
  get ended(): string | undefined {
    return this.#ended;
  }

  /** It has its interfaces: it routes. */
  get isReady(): boolean {
    return this.#router !== undefined;
  }

  /** While true, frames are dropped: the server does not take what was sent already. */
  set congested(congested: boolean) {
    if (!congested && this.#unsent > 0) {
      this.#options.print(`… the server did not read, ${this.#unsent.toLocaleString('en')} frames were dropped`);
      this.#unsent = 0;
    }
    this.#congested = congested;
  }

  /** Throws DecodeError for a server that does not speak VNS and RtableError for routes that do not fit its interfaces. */
  receive(chunk: Uint8Array, nowMs: number): void {
    this.#setClock(nowMs);
    this.#client.receive(chunk);
  }

  tick(nowMs: number): void {
    this.#setClock(nowMs);
    this.#client.tick(nowMs);
    this.#router?.tick(nowMs);
  }

  /** What is to be sent to the server. */
  takeOutput(): Uint8Array | undefined {
    return this.#client.takeOutput();
  }

  #setClock(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#journal?.tick(nowMs - this.#startMs);
  }

  #setUp(interfaces: readonly RouterInterface[]): void {
    const { print } = this.#options;
    this.#interfaces = interfaces;
    print('Router interfaces:');
    for (const line of interfaceTable(interfaces)) print(line);
    this.#start();
  }

  #takeRoutes(text: string): void {
    const { routes, print } = this.#options;
    // A table that was asked for with --rtable wins.
    if (routes) {
      print('ignored: a routing table of the server, there is one from a file');
      return;
    }
    this.#routes = parseRtable(text, 'the routing table of the server');
    if (this.#interfaces.length > 0) this.#start();
  }

  #start(): void {
    const { print, quiet, wrong } = this.#options;
    const names = this.#interfaces.map(({ name }) => name);
    const routes = new RoutingTable(this.#routes, names);
    print(this.#routes.length === 0 ? 'Routing table: empty' : 'Routing table:');
    for (const line of routeLines(this.#routes)) print(line);
    if (!quiet) {
      this.#journal = new Journal(names, print);
      this.#journal.tick(this.#nowMs - this.#startMs);
    }
    this.#router = new Router({
      interfaces: this.#interfaces,
      routes,
      send: (index, bytes, start, end) => this.#send(index, bytes, start, end),
      wrong,
      ...(this.#journal && { journal: this.#journal }),
    });
    print('Ready.');
  }

  #send(index: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.#congested) this.#unsent++;
    else this.#client.send(index, bytes, start, end);
  }

  #setLink(index: number, up: boolean): void {
    this.#options.print(`${this.#interfaces[index]?.name} is ${up ? 'up' : 'down'}`);
    this.#router?.setLink(index, up);
  }
}
