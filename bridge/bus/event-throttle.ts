const windowUs = 1_000_000;

/** Lets at most some events a second and key through; the next one that passes knows how many did not (BR12). */
export class EventThrottle {
  readonly #perWindow: number;
  readonly #windows = new Map<string, { startUs: number; passed: number; held: number }>();

  constructor(perWindow: number) {
    this.#perWindow = perWindow;
  }

  /** Undefined: hold this one back; otherwise how many like it were held back since the last that passed. */
  pass(key: string, nowUs: number): number | undefined {
    const window = this.#windows.get(key);
    if (window === undefined || nowUs - window.startUs >= windowUs) {
      this.#forgetOld(nowUs);
      this.#windows.set(key, { startUs: nowUs, passed: 1, held: 0 });
      return window?.held ?? 0;
    }
    if (window.passed < this.#perWindow) {
      window.passed += 1;
      return 0;
    }
    window.held += 1;
    return undefined;
  }

  #forgetOld(nowUs: number): void {
    if (this.#windows.size < 1024) return;
    for (const [key, { startUs }] of this.#windows) if (nowUs - startUs >= windowUs) this.#windows.delete(key);
  }
}
