/** Names are few (switches and routers); whoever invents datapath ids shares the last one. */
const most = 1024;
const others = 'others';

/** Names and the numbers that stand for them in records. */
export class NodeNames {
  readonly #names: string[] = [];
  readonly #numbers = new Map<string, number>();

  /** By their numbers; it grows. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** The number that stands for a name from now on. */
  numberOf(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    if (this.#names.length >= most - 1 && name !== others) return this.numberOf(others);
    const number = this.#names.push(name) - 1;
    this.#numbers.set(name, number);
    return number;
  }
}
