import type { BridgeHandle } from '../../bridge/index.ts';
import type { RouterProcess, SecondChoice } from '../contract/status.ts';
import type { Terminal, Terminals } from '../terminals/terminal-service.ts';
import { secondSession } from './program-session.ts';
import { RouterProgram, type RouterProgramDeps } from './router-program.ts';

export interface SecondPlace extends Omit<RouterProgramDeps, 'session' | 'terminal'> {
  readonly bridge: BridgeHandle;
  /** Where it connects: not where routers do. */
  readonly vns: { readonly host: string; readonly port: number };
}

/** The programs beside those that play a lab's routers (LAB20): each has a terminal from its first start on. */
export class SecondPrograms {
  readonly #terminals: Terminals;
  readonly #places = new Map<string, SecondPlace>();
  readonly #programs = new Map<string, RouterProgram>();

  constructor(terminals: Terminals) {
    this.#terminals = terminals;
  }

  /** From now on one can be started beside this router. */
  add(place: SecondPlace): void {
    this.#places.set(place.router.name, place);
  }

  get processes(): ReadonlyMap<string, RouterProcess> {
    const entries = [...this.#programs].flatMap(([name, { process }]) =>
      process === undefined ? [] : [[name, process] as const],
    );
    return new Map(entries);
  }

  /** Throws router-running, invalid-command; false where there is no such router. */
  async start(name: string, choice: SecondChoice): Promise<boolean> {
    const place = this.#places.get(name);
    if (place === undefined) return false;
    const { bridge, vns, router } = place;
    const program =
      this.#programs.get(name) ??
      new RouterProgram({ ...place, session: secondSession(bridge, router, vns), terminal: this.#terminal(name) });
    this.#programs.set(name, program);
    await program.start(choice);
    return true;
  }

  /** Idempotent; false where there is no such router. */
  async stop(name: string): Promise<boolean> {
    await this.#programs.get(name)?.stop('The other build was stopped in the page.');
    return this.#places.has(name);
  }

  async close(): Promise<void> {
    this.#places.clear();
    await Promise.all([...this.#programs.values()].map((program) => program.close()));
  }

  #terminal(name: string): Terminal {
    return this.#terminals.add({
      id: `second:${name}`,
      title: `${name}, other build`,
      kind: 'second',
      // As a router's: nothing is typed into it by buttons.
      prompt: /(?!)/,
      pty: undefined,
    });
  }
}
